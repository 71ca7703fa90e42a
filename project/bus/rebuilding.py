"""Rebuild keys that Redis lost. A reader requests the rebuild, the scheduler wakes the app's job
until the app ends the request, so that a lost wake-up is sent again."""

import logging

from redis import RedisError

from project.bus.registry import Rebuild, bus
from project.ops.redis import client

_log = logging.getLogger(__name__)
_EXPIRES_SECONDS = 60


def request(name: str) -> None:
    """Request a rebuild. It is one Redis command and no message, so that a page may do it. The
    request expires after a minute; readers that still miss the keys repeat it."""
    try:
        client().set(_request_key(name), b"", ex=_EXPIRES_SECONDS)
    except RedisError as error:
        _log.warning("%s were not requested: redis is away error=%s", name, error)


def is_requested(name: str) -> bool:
    """Whether a rebuild is requested. False if Redis is down: nothing could be rebuilt."""
    try:
        return bool(client().exists(_request_key(name)))
    except RedisError:
        return False


def get_requested() -> list[Rebuild]:
    """Every requested rebuild."""
    return [one for one in bus.rebuilds.values() if is_requested(one.name)]


def end_request(name: str) -> None:
    """End the request after the rebuild. Raises RedisError."""
    client().delete(_request_key(name))


def _request_key(name: str) -> str:
    return f"missing:{name}"
