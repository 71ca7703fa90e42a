"""Addresses that only take a form: whoever follows a link there, or returns there from signing in,
is redirected to the page with the form."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.views import View


class PostOnly(View):
    """A view without a page of its own. `page` is the name of the page with its form; `lost` is the
    message shown there to somebody whose session had ended when the form was sent."""

    page: ClassVar[str]
    lost: ClassVar[str | Promise] = ""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Redirect to the page."""
        return redirect(self.page)


def post_only_at(address: str) -> type[PostOnly] | None:
    """The view at this address, if it only takes a form."""
    try:
        view = getattr(resolve(urlsplit(address).path).func, "view_class", None)
    except Resolver404:
        return None
    return view if isinstance(view, type) and issubclass(view, PostOnly) else None


def page_after_sign_in(request: HttpRequest, address: str) -> str:
    """Where to go after signing in: the address, or the page of a form that was lost, with a
    message."""
    view = post_only_at(address)
    if view is None:
        return address
    if view.lost:
        messages.warning(request, str(view.lost))
    return reverse(view.page)
