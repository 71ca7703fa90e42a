"""Error pages: what happened, and what to do now."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from project.ops.logging import get_request_id
from project.web.errors.base import Refusal
from project.web.navigation import theme_of

AWAY = (OperationalError, InterfaceError)
RETRY_SECONDS = 5
_SAFE = ("GET", "HEAD")


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
        "number": get_request_id() if status == 500 else "",
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
