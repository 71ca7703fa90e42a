"""Redis is speed: empty, wrong or down it makes things slower, never wrong."""

from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Broken
from redis.retry import Retry


def client() -> Redis:
    """Return the client of this process, safe to share between threads.

    Every call answers or raises `redis.RedisError` within about a second. Callers treat the error
    as "do it the slow way".
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
        # Once more on a connection that a restart broke; a server that is slow is not asked twice.
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[Broken],
    )
    return found
