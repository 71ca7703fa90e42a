"""A session that ended while a page was open leads the whole page to the sign-in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin
from django_htmx.http import HttpResponseClientRedirect


class SignInAgain(MiddlewareMixin):
    """Turns a redirect to the sign-in, where htmx asked, into one of the whole page: else the form
    would land inside a fragment."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Redirect with htmx's own header, which leads back to the page after signing in."""
        if getattr(request, "htmx", False) and _leads_to_sign_in(response):
            return HttpResponseClientRedirect(redirect_to_login(_page_of_part(request)).url)
        return response


def _leads_to_sign_in(response: HttpResponse) -> bool:
    address = response.headers.get("Location", "")
    return response.status_code == 302 and address.startswith(resolve_url(settings.LOGIN_URL))


def _page_of_part(request: HttpRequest) -> str:
    """The page that the fragment is of; the start if htmx sent no readable address."""
    details: Any = request.htmx  # type: ignore[attr-defined]  # set by its middleware
    try:
        page: str | None = details.current_url_abs_path
    except ValueError:
        page = None
    return page or resolve_url(settings.LOGIN_REDIRECT_URL)
