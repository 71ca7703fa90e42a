"""Drain the broker's dead-letter queue into the table where people see it."""

import json
import logging
import math
from typing import Any

from celery import current_app
from django.db import DataError
from kombu import Connection, Queue
from kombu.exceptions import OperationalError

from project.bus.queues import DEAD_LETTERS
from project.bus.sql import run

_log = logging.getLogger(__name__)


def drain_dead_letters(*, at_most: int = 200) -> int:
    """Move messages from the dead-letter queue to `bus_dead_letter`; each is acknowledged only when
    its row is committed. Returns how many."""
    moved = 0
    with Connection(current_app.conf.broker_url, connect_timeout=5) as connection:
        queue = DEAD_LETTERS(connection.default_channel)
        while moved < at_most:
            message = _next(queue)
            if message is None:
                break
            _keep(message)
            message.ack()
            moved += 1
    return moved


def _next(queue: Queue) -> Any:
    try:
        return queue.get(no_ack=False, accept=None)
    except connection_errors() as error:
        raise OperationalError(str(error)) from error


def connection_errors() -> tuple[type[BaseException], ...]:
    """What a broken or missing queue raises."""
    return tuple(current_app.connection_for_read().channel_errors)


def _keep(message: Any) -> None:
    """Store a message whatever it contains: one that cannot be would block those behind it."""
    body = _text(message.body)
    try:
        headers = _storable(message.headers or {})
        task, why = str(headers.get("task", "unknown")), _reason(headers)
        _insert(task=task, why=why, payload={"headers": headers, "body": _storable(body)})
    except (DataError, ValueError, RecursionError) as error:
        # A cause that `_storable` does not handle: keep at least the body.
        _log.exception("a dead letter is kept without its headers")
        why = f"its headers cannot be stored, {type(error).__name__}"
        _insert(task="unknown", why=why, payload={"headers": {}, "body": ascii(body)})


def _insert(*, task: str, why: str, payload: object) -> None:
    run(
        "INSERT INTO bus_dead_letter (task, error, traceback, payload) VALUES (%s, %s, '', %s)",
        [
            task,
            f"the broker gave up delivering it ({why}); the watchdog drives its batch again",
            json.dumps(payload, allow_nan=False),
        ],
    )


def _reason(headers: dict[str, Any]) -> str:
    """RabbitMQ's reason: `delivery_limit`, `rejected`, `expired`."""
    return str(headers.get("x-first-death-reason", "no reason given"))


def _text(body: str | bytes | memoryview) -> str:
    return body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")


def _storable(value: Any) -> Any:
    """The value as PostgreSQL's JSON can hold it: no null character, no lone surrogate, no NaN or
    infinity. A value that is not JSON (a time, bytes) becomes text."""
    match value:
        case str():
            return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
        case bool() | int() | None:
            return value
        case float() if math.isfinite(value):
            return value
        case dict():
            return {_storable(str(key)): _storable(one) for key, one in value.items()}
        case list() | tuple():
            return [_storable(one) for one in value]
    return _storable(str(value))
