"""Error pages: what happened, and what to do now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from project.ops.locked import is_locked
from project.ops.logging import request_id
from project.web.errors.base import Refusal
from project.web.errors.locked import busy
from project.web.navigation import theme_of
from project.web.throttling import take_token

AWAY = (OperationalError, InterfaceError)
RETRY_SECONDS = 5
_SAFE = ("GET", "HEAD")
# Independent of the user. The offline page must be served while PostgreSQL is away.
_FOR_ALL = ("/api/", "/sw.js", "/offline/")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """Heading, what happened, what to do. A page that `is_alone` does not load the user, which
    would query the servers that have just failed."""

    heading: str | Promise
    detail: str | Promise
    fix: str | Promise
    is_alone: bool = False


UNREADABLE = ErrorPage(
    heading=_("The request could not be read"),
    detail=_("Your browser sent something this site does not understand."),
    fix=_("Go back, load the page again, and try once more."),
    is_alone=True,
)
FORBIDDEN = ErrorPage(
    heading=_("You may not open this page"),
    detail=_("It is there, but not for you."),
    fix=_("Sign in with an account that may, or ask the registry."),
)
STALE_FORM = ErrorPage(
    heading=_("This form was open for too long"),
    detail=_(
        "This page expired. Nothing was changed: reload and try again. You may have"
        " signed in or out meanwhile, or your browser keeps no cookies."
    ),
    fix=_("Go back, load the page again, and send the form once more."),
)
NOWHERE = ErrorPage(
    heading=_("There is nothing at this address"),
    detail=_("It may have moved. Check the address."),
    fix=_("Look at the address, or begin at the start."),
)
TOO_OFTEN = ErrorPage(
    heading=_("A little too fast"),
    detail=_("You have opened this page very often in a short time. Nothing is lost."),
    fix=_("Wait a moment, then load the page again."),
)
REFUSED = _("This cannot be done now")
BROKEN = ErrorPage(
    heading=_("Something broke on our side"),
    detail=_("It has been recorded. What you were notified of before still holds."),
    fix=_("Try again in a moment. If it happens again, tell the registry the number below."),
    is_alone=True,
)
UNAVAILABLE = ErrorPage(
    heading=_("The site cannot answer at the moment"),
    detail=_(
        "What was confirmed to you before is safe. What you have just sent may not have come."
    ),
    fix=_("Wait a few seconds, then look again. Sending the same form again does no harm."),
    is_alone=True,
)


def page(
    request: HttpRequest, failure: ErrorPage, *, status: int, wait: int | None = None
) -> HttpResponse:
    """The page of an error; for htmx only the notice. `wait`: seconds until the client should
    retry."""
    context: dict[str, Any] = {
        "failure": failure,
        "wait": wait,
        "again": request.get_full_path() if wait and request.method in _SAFE else "",
        "back": "" if failure.is_alone else _back(request),
        "number": request_id.get() if status == 500 else "",
        "theme": theme_of(request),
    }
    kind = "parts/failure" if getattr(request, "htmx", False) else "failure"
    reader = None if failure.is_alone else request
    text = render_to_string(f"project/{kind}.html", context, request=reader)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return HttpResponse(text, status=status, headers=headers)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal: its sentence, how to fix it, and the way back."""
    failure = ErrorPage(heading=REFUSED, detail=refusal.detail, fix=refusal.fix)
    return page(request, failure, status=refusal.status, wait=refusal.extra.get("retry_after"))


def unavailable(request: HttpRequest) -> HttpResponse:
    """The page for when PostgreSQL is away."""
    return page(request, UNAVAILABLE, status=503, wait=RETRY_SECONDS)


def _back(request: HttpRequest) -> str:
    """The page of this site that the reader comes from, unless it is this one."""
    try:
        came_from = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    path = came_from._replace(scheme="", netloc="").geturl()
    is_ours = came_from.netloc == request.get_host() and url_has_allowed_host_and_scheme(path, None)
    return path if is_ours and came_from.path != request.path else ""


class Failures:
    """Middleware for errors on pages. The API handles its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Respond. Browsers must not cache what a signed-in person sees: others may use them
        next."""
        response = self.get_response(request)
        if getattr(request, "htmx", False) and _leads_to_sign_in(response):
            return _signing_in_again(request)
        if "Cache-Control" not in response and _is_personal(request, response):
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Refuse a person who reads one page more often than `READ_RATE` allows. Strangers are
        not counted: a whole campus may come from one address. Refuse NUL, which no field has and
        PostgreSQL does not take."""
        if "%00" in request.META["QUERY_STRING"] and not request.path.startswith("/api/"):
            return page(request, UNREADABLE, status=400)
        match = request.resolver_match
        if match is None or request.method not in _SAFE or not _is_signed_in(request):
            return None
        ident = f"{match.view_name}:{request.user.pk}"
        wait_ms = take_token(scope="read", ident=ident, fails_open=True)
        seconds = -(-wait_ms // 1000)
        return page(request, TOO_OFTEN, status=429, wait=seconds) if seconds else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Respond to a refusal and to a lock held by another transaction. Django's handlers do the
        rest."""
        error = busy() if is_locked(error) else error
        return refused(request, error) if isinstance(error, Refusal) else None


def _is_signed_in(request: HttpRequest) -> bool:
    return not request.path.startswith(_FOR_ALL) and request.user.is_authenticated


def _is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    # After an error the user is not loaded again.
    return response.status_code >= 500 or _is_signed_in(request)


def _leads_to_sign_in(response: HttpResponse) -> bool:
    address = response.headers.get("Location", "")
    return response.status_code == 302 and address.startswith(resolve_url(settings.LOGIN_URL))


def _signing_in_again(request: HttpRequest) -> HttpResponse:
    """Redirect the whole page to the sign-in: else its form would land inside a fragment."""
    here = _page_of_part(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
    return HttpResponseClientRedirect(redirect_to_login(here).url)


def _page_of_part(request: HttpRequest) -> str | None:
    details: Any = request.htmx  # type: ignore[attr-defined]  # set by its middleware
    try:
        return details.current_url_abs_path  # type: ignore[no-any-return]
    except ValueError:
        return None
