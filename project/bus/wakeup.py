"""Wake the relay through Redis. A lost message is harmless: the relay polls anyway."""

import logging
import time

from redis import RedisError

from project.ops.redis import client

CHANNEL = "bus:hint"
_INTERVAL_SECONDS = 0.05
_log = logging.getLogger(__name__)
_last = 0.0


def notify_relay() -> None:
    """Wake the relay, at most twenty times a second per process: under load it is awake anyway."""
    global _last  # noqa: PLW0603  one number per process, and a lost update costs one wake-up
    now = time.monotonic()
    if now - _last < _INTERVAL_SECONDS:
        return
    _last = now
    try:
        client().publish(CHANNEL, b"")
    except RedisError:
        _log.debug("relay not woken: redis does not answer")
