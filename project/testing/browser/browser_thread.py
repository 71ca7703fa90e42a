"""The browser in a thread of its own.

Playwright keeps an event loop running in its thread, and Django refuses queries in such a thread.
So the browser lives in another thread; tests hold proxies that run every call over there.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

T = TypeVar("T")


class BrowserThread:
    """Runs calls one after the other."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="browser")

    def do(self, deed: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Run the call in the thread; returns its result, or a proxy for it."""
        plain = [_real(one) for one in given]
        words = {name: _real(one) for name, one in named.items()}
        return self.lent(self._pool.submit(deed, *plain, **words).result())

    def lent(self, thing: T) -> T:
        """A proxy for an object that belongs to the browser."""
        if isinstance(thing, list):
            return cast(T, [self.lent(one) for one in thing])
        is_theirs = callable(thing) or type(thing).__module__.startswith("playwright")
        return cast(T, StandIn(thing, self)) if is_theirs else thing

    def end(self) -> None:
        """End the thread."""
        self._pool.shutdown()


class StandIn:
    """Forwards every access to the object in the browser's thread."""

    __slots__ = ("_thing", "_thread")

    def __init__(self, thing: Any, thread: BrowserThread) -> None:
        self._thing, self._thread = thing, thread

    def __getattr__(self, name: str) -> Any:
        return self._thread.do(getattr, self._thing, name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._thread.do(self._thing, *given, **named)

    def __enter__(self) -> Any:
        return self._thread.do(self._thing.__enter__)

    def __exit__(self, *error: Any) -> Any:
        return self._thread.do(self._thing.__exit__, *error)


def _real(thing: Any) -> Any:
    return object.__getattribute__(thing, "_thing") if isinstance(thing, StandIn) else thing
