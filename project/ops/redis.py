"""Redis only saves time: if it is empty, wrong or down, the system is slower, never incorrect."""

from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Broken
from redis.retry import Retry


def client() -> Redis:
    """Return the client of this process, safe to share between threads.

    Every call returns or raises `redis.RedisError` within about a second. Callers then fall back
    to PostgreSQL.
    """
    return _client(settings.REDIS_URL)


@cache
def _client(url: str) -> Redis:
    timeout = settings.REDIS_TIMEOUT_SECONDS
    found: Redis = Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        health_check_interval=30,
        # Retry once on a connection that a restart broke, but not on a slow server.
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[Broken],
    )
    return found
