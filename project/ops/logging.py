"""One line per log entry, `key=value`, and one entry per request, with an id to find it by."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
request_id: ContextVar[str] = ContextVar("request_id", default="")
_log = logging.getLogger("project.requests")
_plain = re.compile(r"[\w./:+@\-\[\],]+")
# Addresses that are secrets: a calendar's, and the link to a new password.
_secret = re.compile(r"(/calendar/|/password/reset/[\w-]+/)[\w-]+")
_given_id = re.compile(r"[A-Za-z0-9._\-]{1,64}")
# Django adds `request` as an object; the request id takes its place.
_standard = frozenset(vars(logging.makeLogRecord({}))) | {
    *("message", "asctime", "taskName"),
    *("request", "status_code", "server_time"),
    "data",  # Celery's: repeats the message
}
_quiet = frozenset({"/livez", "/readyz"})


class LineFormatter(logging.Formatter):
    """Writes time, level, logger, role, request id, message, then the fields of `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; a traceback is folded into it."""
        pairs = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat("T", "milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "role": settings.DB_ROLE,
            "request": request_id.get(),
            "message": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in _standard},
        }
        if record.exc_info:
            pairs["traceback"] = self.formatException(record.exc_info)
        line = " ".join(f"{key}={_quoted(value)}" for key, value in pairs.items() if value != "")
        return _secret.sub(r"\1…", line)


def _quoted(value: object) -> str:
    text = str(value)
    return text if _plain.fullmatch(text) else json.dumps(text)


class RequestLog:
    """Gives each request its id (the caller's, where it is a decent one) and logs its end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, with its id in the answer's header too."""
        given = request.headers.get(HEADER, "")
        request_id.set(given if _given_id.fullmatch(given) else uuid.uuid4().hex)
        started = time.perf_counter()
        response = self.get_response(request)
        response.headers[HEADER] = request_id.get()
        self._write(request, response, time.perf_counter() - started)
        return response

    def _write(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        if request.path in _quiet and response.status_code < 500:
            return
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        fields = {"method": request.method, "path": request.path, "status": response.status_code}
        _log.log(level, "answered", extra={**fields, "ms": f"{seconds * 1000:.1f}"})
