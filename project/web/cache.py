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
    """Serialises as JSON. With Django's pickles, anybody who can write to Redis could run code
    here."""

    def dumps(self, value: Any) -> bytes:
        """Return the value as JSON."""
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """Return the value from JSON."""
        return json.loads(data)


class ForgivingCache(RedisCache):
    """While Redis is away, nothing is found and nothing stored. Django's own cache would turn each
    page of a signed-in person into an error, since sessions are read through it. Only `delete`
    still raises: a sign-out that left the session behind must be noticed and repeated."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return the stored value, or the default."""
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
        """Store the value, if possible."""
        self._forgiven(lambda: super(ForgivingCache, self).set(key, value, timeout, version), None)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether the key is known to be there."""
        return bool(
            self._forgiven(lambda: super(ForgivingCache, self).has_key(key, version), False)
        )

    def _forgiven(self, do: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return do()
        except RedisError as error:
            _log.warning("the cache does not answer: %s", error)
            return otherwise
