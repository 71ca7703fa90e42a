"""An event loop whose clock jumps: whatever a program waits for, no test waits for it."""

import asyncio
from collections.abc import Coroutine
from selectors import DefaultSelector, SelectorKey
from typing import Any, TypeVar

T = TypeVar("T")
Ready = list[tuple[SelectorKey, int]]


class JumpingSelector(DefaultSelector):
    """Adds the time it has to wait to `now`, unless something is ready."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Ready:
        if timeout is None:  # only a thread or a socket can wake the loop
            return super().select()
        ready = super().select(0)
        if not ready:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Begins at 0 seconds."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """Like `asyncio.run`, in no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
