"""Drain the broker's dead-letter queue into the table where people see it."""

import json
from typing import Any

from celery import current_app
from kombu import Connection, Queue
from kombu.exceptions import OperationalError

from project.bus.sql import run
from project.queues import DEAD_LETTERS


def drain_dead_letters(*, at_most: int = 200) -> int:
    """Move messages from the dead-letter queue to `bus_parked`; each is acknowledged only when
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
    headers = {key: value for key, value in (message.headers or {}).items() if _is_plain(value)}
    run(
        "INSERT INTO bus_parked (task, error, traceback, payload) VALUES (%s, %s, '', %s)",
        [
            _storable(str(headers.get("task", "unknown"))),
            f"the broker gave up delivering it ({_reason(headers)}); "
            "the watchdog drives its batch again",
            json.dumps(
                {
                    "headers": {_storable(k): _storable(v) for k, v in headers.items()},
                    "body": _storable(_text(message.body)),
                }
            ),
        ],
    )


def _reason(headers: dict[str, Any]) -> str:
    """RabbitMQ's word for why: `delivery_limit`, `rejected`, `expired`."""
    return str(_storable(str(headers.get("x-first-death-reason", "no reason given"))))


def _text(body: str | bytes | memoryview) -> str:
    return body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")


def _storable(value: Any) -> Any:
    """Without null characters: PostgreSQL's text cannot hold them, and one would stop the drain."""
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | bool) or value is None
