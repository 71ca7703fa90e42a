"""Addresses that only take a form: who comes there by a link, or back from signing in, is led to
the page that the form is on."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.views import View


class PostOnly(View):
    """A view without a page of its own. `page` is the name of the one it belongs to; `lost` is what
    is said there to somebody whose session ended before the form came."""

    page: ClassVar[str]
    lost: ClassVar[str | Promise] = ""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Lead to the page."""
        return redirect(self.page)


def post_only_at(address: str) -> type[PostOnly] | None:
    """The view at this address, if it is one without a page."""
    try:
        view = getattr(resolve(urlsplit(address).path).func, "view_class", None)
    except Resolver404:
        return None
    return view if isinstance(view, type) and issubclass(view, PostOnly) else None


def page_after_sign_in(request: HttpRequest, address: str) -> str:
    """Where who has just signed in goes on: the address, or the page of a form that was lost, which
    is said there."""
    view = post_only_at(address)
    if view is None:
        return address
    if view.lost:
        messages.warning(request, str(view.lost))
    return reverse(view.page)
