"""Caches in Redis whose loss makes things slower, never wrong."""

import json
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

_log = logging.getLogger(__name__)


class JsonSerializer:
    """Keeps JSON. Django's own pickles: whoever could write to Redis could run code here."""

    def dumps(self, value: Any) -> bytes:
        """Return the value as it is kept."""
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """Return what was kept."""
        return json.loads(data)


class ForgivingCache(RedisCache):
    """While Redis is away nothing is found and nothing kept. Django's own cache would turn each
    page of a signed-in person into an error, since sessions are read through it. Only `delete` is
    not forgiven: a sign-out that left the session behind must be seen, and done again."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or the default."""
        return self._forgiven(
            lambda: super(ForgivingCache, self).get(key, default, version), default
        )

    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Keep it, where that is possible."""
        self._forgiven(lambda: super(ForgivingCache, self).set(key, value, timeout, version), None)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether it is there, as far as one can see."""
        return bool(
            self._forgiven(lambda: super(ForgivingCache, self).has_key(key, version), False)
        )

    def _forgiven(self, do: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return do()
        except RedisError as error:
            _log.warning("the cache does not answer: %s", error)
            return otherwise
