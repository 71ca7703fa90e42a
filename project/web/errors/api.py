"""Every error of the API as RFC 9457 `application/problem+json`."""

import logging
import sys
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from project.events.reasons import Reason
from project.ops.locked import is_locked
from project.ops.logging import get_request_id
from project.web.errors import pages
from project.web.errors.base import Refusal
from project.web.errors.locked import busy
from project.web.errors.pages import AWAY, ErrorPage

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)

# Exceptions of DRF and Django: type, code, how to fix it. The first match counts.
_KNOWN: tuple[tuple[type[Exception], str, str | Promise], ...] = (
    (exceptions.ValidationError, Reason.MALFORMED, _("Mend the fields named in `errors`.")),
    (exceptions.ParseError, Reason.MALFORMED, _("Send valid JSON.")),
    (exceptions.NotAuthenticated, "not_authenticated", _("Sign in at /api/v1/auth/token/.")),
    (exceptions.AuthenticationFailed, "not_authenticated", _("Sign in at /api/v1/auth/token/.")),
    (exceptions.PermissionDenied, "forbidden", ""),
    (exceptions.NotFound, "not_found", ""),
    (exceptions.MethodNotAllowed, "method_not_allowed", _("See the `Allow` header.")),
    (exceptions.NotAcceptable, "not_acceptable", _("Accept application/json.")),
    (exceptions.UnsupportedMediaType, "unsupported_media_type", _("Send application/json.")),
    (exceptions.Throttled, "throttled", _("Wait as long as `Retry-After` says.")),
)


def problem(
    *, code: str, status: int, detail: str, title: str = "", fix: str = "", **extra: Any
) -> dict[str, Any]:
    """Return the body of a problem; `code` is for programs, `detail` and `fix` for people."""
    body = {
        "type": f"/problems/{code}",
        "title": title or code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "fix": fix,
    }
    return {**body, **extra}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Turn an exception of a view into a problem; an unexpected one is logged and becomes a 500."""
    set_rollback()
    if is_locked(error):
        error = busy()
    if isinstance(error, Refusal):
        return _response(_refused(error), headers=_wait(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RecursionError | SuspiciousOperation | UnreadablePostError):
        error = exceptions.ParseError(
            gettext("The body is too large, nested too deeply or not whole.")
        )
    if isinstance(error, exceptions.APIException):
        return _response(_foreseen(error), headers=_headers(error))
    if isinstance(error, AWAY):
        _log.warning("not available: %s", error, exc_info=error)
        return _response(_unavailable(), headers={"Retry-After": "2"})
    got_request_exception.send(sender=None, request=context.get("request"))
    _log.error("a bug", exc_info=error)
    return _response(_bug())


def _response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def _refused(error: Refusal) -> dict[str, Any]:
    return problem(
        code=error.code, status=error.status, detail=error.detail, fix=error.fix, **error.extra
    )


def _wait(error: Refusal) -> dict[str, str]:
    """The Retry-After header of a temporary refusal."""
    wait = error.extra.get("retry_after")
    return {} if wait is None else {"Retry-After": str(wait)}


def _foreseen(error: exceptions.APIException) -> dict[str, Any]:
    found = ((code, fix) for kind, code, fix in _KNOWN if isinstance(error, kind))
    code, fix = next(found, (str(error.default_code), ""))
    extra: dict[str, Any] = {}
    detail = _sentence(error.detail)
    if isinstance(error, exceptions.ValidationError):
        extra["errors"] = list(_pointed(error.detail))
        detail = gettext("The request is not what this address takes.")
    return problem(code=code, status=error.status_code, detail=detail, fix=str(fix), **extra)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    return headers


def _sentence(detail: Any) -> str:
    if isinstance(detail, dict):
        detail = detail.get("detail", next(iter(detail.values()), ""))
    if isinstance(detail, list):
        detail = detail[0] if detail else ""
    text = str(detail).rstrip(".")
    return text if text.endswith("。") else f"{text}."


def _pointed(detail: Any, pointer: str = "#") -> Iterator[dict[str, str]]:
    """Flatten nested errors: one entry each, with a JSON pointer to the field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = pointer if name == "non_field_errors" else f"{pointer}/{name}"
            yield from _pointed(inner, own)
    elif isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        for number, inner in enumerate(detail):
            yield from _pointed(inner, f"{pointer}/{number}")
    else:
        for one in detail if isinstance(detail, list) else [detail]:
            yield {"detail": str(one), "pointer": pointer}


def _unavailable() -> dict[str, Any]:
    return problem(
        code="unavailable",
        status=503,
        detail=gettext("The service cannot answer at the moment. Nothing was accepted."),
        fix=gettext("Send the same request again, with the same Idempotency-Key."),
    )


def _bug() -> dict[str, Any]:
    return problem(
        code="bug",
        status=500,
        detail=gettext("Something broke on our side. It has been written down."),
        fix=gettext("Tell the people who run this site the number in `request`."),
        request=get_request_id(),
    )


_OUTSIDE_VIEWS = {
    400: _("The request could not be read."),
    403: _("You may not do this."),
    404: _("There is nothing at this address."),
}


def _outside(request: HttpRequest, status: int, failure: ErrorPage) -> HttpResponse:
    """Respond to an error outside of API views: with a problem below /api/, else with a page."""
    if not request.path.startswith("/api/"):
        return pages.page(request, failure, status=status)
    code = HTTPStatus(status).phrase.lower().replace(" ", "_")
    known = _OUTSIDE_VIEWS.get(status)
    body = problem(code=code, status=status, detail=str(known)) if known else _bug()
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return _outside(request, 400, pages.UNREADABLE)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return _outside(request, 403, pages.FORBIDDEN)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    return _outside(request, 403, pages.STALE_FORM)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return _outside(request, 404, pages.NOWHERE)


def bug(request: HttpRequest) -> HttpResponse:
    """Django's handler500, for errors outside of API views. The session is read from PostgreSQL
    outside of views too; PostgreSQL being unavailable is no bug."""
    error = sys.exc_info()[1]
    if isinstance(error, AWAY) and not request.path.startswith("/api/"):
        _log.warning("not available: %s", error, exc_info=error)
        return pages.unavailable(request)
    _log.error("a bug", exc_info=error)
    return _outside(request, 500, pages.BROKEN)
