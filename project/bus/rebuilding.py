"""Redis may lose what it holds. Whoever misses something requests it, the scheduler wakes the app
that makes it again, and the app ends the request: a wake that is lost is sent again."""

import logging

from redis import RedisError

from project.bus.registry import Rebuild, bus
from project.ops.redis import client

_log = logging.getLogger(__name__)
_REMEMBERED_SECONDS = 60


def request(name: str) -> None:
    """Have this made again soon. It is one command to Redis and no message, so a page may ask.
    Whoever still misses it a minute later asks again."""
    try:
        client().set(_mark(name), b"", ex=_REMEMBERED_SECONDS)
    except RedisError as error:
        _log.warning("%s were not requested: redis is away error=%s", name, error)


def is_requested(name: str) -> bool:
    """Whether somebody misses it. Where Redis is away nobody can say so, and nothing be made."""
    try:
        return bool(client().exists(_mark(name)))
    except RedisError:
        return False


def get_requested() -> list[Rebuild]:
    """Everything that somebody misses."""
    return [one for one in bus.rebuilds.values() if is_requested(one.name)]


def end_request(name: str) -> None:
    """It is there again. Raises RedisError."""
    client().delete(_mark(name))


def _mark(name: str) -> str:
    return f"missing:{name}"
