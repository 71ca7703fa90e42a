"""Logs by structlog: one line per entry in every process, of libraries too, with the id of the
request from which it follows."""

import logging
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

FORMATS = ("logfmt", "json", "console")
_FIRST = ["timestamp", "level", "logger", "role", "request_id", "event"]
# Addresses that are secrets: a calendar's, and the link to a new password.
_secret = re.compile(r"(/calendar/|/password/reset/[\w-]+/)[\w-]+")
_control = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What Django, Celery and other handlers add to entries, and the rest of the entry repeats.
_OBJECTS = ("request", "status_code", "server_time", "data", "taskName", "message", "asctime")


def get_request_id() -> str:
    """The id of the request that is handled, or of the one from which this task follows. Empty if
    there is none, or several: a batch of many requests."""
    request_id: str = get_contextvars().get("request_id", "")
    return "" if "," in request_id else request_id


@contextmanager
def bound_requests(request_ids: Sequence[str]) -> Iterator[None]:
    """Messages that are sent meanwhile carry these ids."""
    given = {"request_id": ",".join(request_ids)} if request_ids else {}
    with bound_contextvars(**given):
        yield


def _drop_objects(_: object, __: str, entry: EventDict) -> EventDict:
    return {key: value for key, value in entry.items() if key not in _OBJECTS and value != ""}


def _hide_secrets(_: object, __: str, line: str) -> str:
    if "/calendar/" in line or "/password/reset/" in line:
        return _secret.sub(r"\1…", line)
    return line


def _escape_control(_: object, __: str, line: str) -> str:
    """An entry stays one line, whatever somebody sent."""
    return line if line.isprintable() else _control.sub(lambda found: ascii(found[0])[1:-1], line)


def _renderers(form: str) -> list[Any]:
    if form == "console":
        return [structlog.dev.ConsoleRenderer(), _hide_secrets]
    if form == "json":
        return [structlog.processors.JSONRenderer(default=str), _hide_secrets]
    logfmt = structlog.processors.LogfmtRenderer(
        key_order=_FIRST, drop_missing=True, bool_as_flag=False
    )
    return [logfmt, _hide_secrets, _escape_control]


def _shared(role: str) -> list[Processor]:
    """What every entry has, whoever wrote it."""

    def add_role(_: object, __: str, entry: EventDict) -> EventDict:
        entry["role"] = role
        return entry

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_role,
    ]


def make_processors(*, form: str, role: str) -> list[Processor]:
    """What makes a line of an entry of structlog."""
    return [*_shared(role), structlog.processors.format_exc_info, *_renderers(form)]


def make_logger(name: str = "project", file: TextIO = sys.stderr) -> structlog.WriteLogger:
    """Where lines of structlog go: past the standard library, which doubles their cost."""
    logger = structlog.WriteLogger(file)
    logger.name = name  # type: ignore[attr-defined]  # for `add_logger_name`
    return logger


def make_formatter(*, form: str, role: str) -> ProcessorFormatter:
    """The formatter of every handler, for entries of the standard library."""
    return ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), _drop_objects, *_shared(role)],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            *_renderers(form),
        ],
    )


def configure(*, level: str, form: str, role: str) -> dict[str, Any]:
    """Configure structlog, and return Django's LOGGING: entries of libraries get the same form."""
    structlog.configure(
        processors=make_processors(form=form, role=role),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=make_logger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"entry": {"()": make_formatter, "form": form, "role": role}},
        "handlers": {"entry": {"class": "logging.StreamHandler", "formatter": "entry"}},
        "root": {"handlers": ["entry"], "level": level},
        "loggers": _libraries(),
    }


def _libraries() -> dict[str, dict[str, Any]]:
    """Loggers that bring handlers of their own, or repeat what RequestLog and TaskLog write."""
    return {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": logging.CRITICAL},
        "django.server": {"handlers": [], "propagate": False},
        "celery.app.trace": {"level": logging.CRITICAL},
        "celery.worker.strategy": {"level": logging.WARNING},
        "amqp": {"level": logging.WARNING},
        "kombu": {"level": logging.WARNING},
    }
