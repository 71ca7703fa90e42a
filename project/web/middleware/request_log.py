"""Each request has an id, which its response, its log entry and all that follows from it carry."""

import logging
import re
import secrets
import time

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

HEADER = "X-Request-ID"
_given_id = re.compile(r"[A-Za-z0-9._\-]{1,64}")
_quiet = frozenset({"/livez", "/readyz"})
_log = structlog.get_logger("project.requests")


class RequestLog(RequestMiddleware):
    """Writes one entry per request, where the library's own writes two. Neither the reader's number
    nor the query is in it: staff search for people by name."""

    def prepare(self, request: HttpRequest) -> None:
        """Take the caller's id where it is a decent one, else a new one."""
        given = request.headers.get(HEADER, "")
        clear_contextvars()
        bind_contextvars(request_id=given if _given_id.fullmatch(given) else secrets.token_hex(16))
        request.started = time.perf_counter()  # type: ignore[attr-defined]

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Put the id into the response, and write the entry. Probes are logged if they fail."""
        response.headers[HEADER] = get_contextvars()["request_id"]
        if request.path not in _quiet or response.status_code >= 500:
            self._write(request, response)
        clear_contextvars()

    def _write(self, request: HttpRequest, response: HttpResponse) -> None:
        seconds = time.perf_counter() - request.started  # type: ignore[attr-defined]
        _log.log(
            logging.ERROR if response.status_code >= 500 else logging.INFO,
            "request_finished",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )

    def _process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """The handlers of errors log it, for the API and for pages."""
