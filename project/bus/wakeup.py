"""A nudge to the relay through Redis. Its loss is harmless: the relay polls anyway."""

import logging
import time

from redis import RedisError

from project.ops.redis import client

CHANNEL = "bus:hint"
_SPARING = 0.05
_log = logging.getLogger(__name__)
_last = 0.0


def notify_relay() -> None:
    """Wake the relay, at most twenty times a second from one process: in a storm it is awake."""
    global _last  # noqa: PLW0603  one number per process, and a lost update costs one nudge
    now = time.monotonic()
    if now - _last < _SPARING:
        return
    _last = now
    try:
        client().publish(CHANNEL, b"")
    except RedisError:
        _log.debug("no hint sent: redis does not answer")
