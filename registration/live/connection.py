"""One page that is open: what it watches, and what it has yet to be told.

What changes faster than the page is told is conflated: of each section only the newest is kept, so
a reader who is slow costs no memory.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from math import inf
from typing import Any

from registration.live.interval import SHORTEST_SECONDS, AdaptiveInterval
from registration.live.protocol import TOO_SLOW

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Span = tuple[float, float]
Shown = Callable[[int], tuple[int | None, int] | None]

SLOW_SECONDS = 20
FAREWELL_SECONDS = 5
MOST_MOVED = 50
_written = json.JSONEncoder(separators=(",", ":")).encode  # made once, not for each message


def _spanning(span: Span | None, at: float | None) -> Span | None:
    """The span with this time in it."""
    if at is None:
        return span
    first, last = span or (at, at)
    return min(first, at), max(last, at)


async def part(send: Send, *, code: int, reason: str) -> None:
    """Close with a code and a reason. What reads nothing does not read this either, so it may be
    in vain."""
    with suppress(TimeoutError):
        async with asyncio.timeout(FAREWELL_SECONDS):
            await send({"type": "websocket.close", "code": code, "reason": reason})


class Connection:
    """An open page of a student. `shown` says what there is to show of a section. How often it is
    told of seats, the `rhythm` says; what is the student's own does not wait for that. `is_live`
    goes with the first message. `let_go` is called when a reader is too slow, once it has been told
    so: then it `is_over`.

    News may come with the time they were told at. A page with `times` is told the first and the
    last of these in each message, and when the first news of a registration was told.
    """

    __slots__ = ("_asleep", "_guard", "_inbox", "_is_live", "_is_pausing", "_let_go", "_loop",
                 "_moved", "_own_at", "_own_span", "_rhythm", "_saying_since", "_seats",
                 "_seats_at", "_seats_span", "_send", "_shown", "_teller", "is_over", "student",
                 "times", "watched")  # fmt: skip

    def __init__(
        self,
        *,
        student: int,
        send: Send,
        shown: Shown,
        interval: AdaptiveInterval,
        is_live: bool | None = None,
        let_go: Callable[[], None] | None = None,
    ) -> None:
        self.student = student
        self.watched: frozenset[int] = frozenset()
        self.times = self.is_over = False
        self._send, self._shown, self._rhythm, self._let_go = send, shown, interval, let_go
        self._loop = asyncio.get_running_loop()
        self._seats: set[int] = set()
        self._moved: dict[str, None] = {}
        self._inbox = False
        self._is_live = is_live
        self._seats_span: Span | None = None
        self._own_span: Span | None = None
        self._seats_at = self._own_at = -inf
        self._is_pausing = False
        self._saying_since: float | None = None
        self._teller: asyncio.Task[None] | None = None
        self._asleep: asyncio.Future[None] | None = None
        self._guard: asyncio.TimerHandle | None = None

    def seats_changed(self, sections: Iterable[int], *, at: float | None = None) -> None:
        """Of these sections there is something new to show."""
        self._seats.update(sections)
        self._seats_span = _spanning(self._seats_span, at)
        if not self._is_pausing:
            self._wake()

    def registration_moved(self, registration: str, *, at: float | None = None) -> None:
        """One of the student's own registrations moved. Beyond many the oldest are forgotten."""
        self._moved[registration] = None
        self._own_span = _spanning(self._own_span, at)
        if len(self._moved) > MOST_MOVED:
            del self._moved[next(iter(self._moved))]
        self._wake()

    def inbox_changed(self, *, at: float | None = None) -> None:
        """There is something new in the inbox."""
        self._inbox = True
        self._own_span = _spanning(self._own_span, at)
        self._wake()

    def live_changed(self, *, is_live: bool) -> None:
        """Whether news reach us."""
        self._is_live = is_live
        self._wake()

    def end(self) -> None:
        """Tell it nothing more."""
        for work in (self._teller, self._guard):
            if work is not None:
                work.cancel()

    def _wake(self) -> None:
        if self._teller is None:
            self._teller = self._loop.create_task(self._tell())
        elif self._asleep is not None and not self._asleep.done():
            self._asleep.set_result(None)

    async def _tell(self) -> None:
        """Say what there is to say; one task as long as the page is open, not one each time."""
        with suppress(OSError):  # it is gone, as whoever receives hears too
            while True:
                wait = self._wait()
                if wait != 0:
                    await self._sleep(wait)
                elif said := self._taken():
                    await self._say(said)

    def _wait(self) -> float | None:
        """How long until something is to be said; None where there is nothing to say."""
        waits = [self._own_wait()] if self._has_own() else []
        waits += [self._seats_wait()] if self._seats else []
        return min(waits, default=None)

    def _has_own(self) -> bool:
        return bool(self._moved) or self._inbox or self._is_live is not None

    def _own_wait(self) -> float:
        return max(0, self._own_at + SHORTEST_SECONDS - self._loop.time())

    def _seats_wait(self) -> float:
        return max(0, self._seats_at + self._rhythm.pause - self._loop.time())

    async def _sleep(self, seconds: float | None) -> None:
        self._asleep = self._loop.create_future()
        alarm = None if seconds is None else self._loop.call_later(seconds, self._wake)
        self._is_pausing = alarm is not None
        await self._asleep
        self._is_pausing = False
        if alarm is not None:
            alarm.cancel()

    async def _say(self, said: Mapping[str, Any]) -> None:
        self._saying_since = self._loop.time()
        self._rhythm.said += 1
        if self._guard is None:
            self._guard = self._loop.call_later(SLOW_SECONDS, self._look)
        await self._send({"type": "websocket.send", "text": _written(said)})
        self._saying_since = None

    def _look(self) -> None:
        """See whether the reader is slow: one timer in a while, not one for each message."""
        self._guard = None
        if self._saying_since is None:
            return
        left = self._saying_since + SLOW_SECONDS - self._loop.time()
        if left > 0:
            self._guard = self._loop.call_later(left, self._look)
        elif self._teller is not None:
            self._teller.cancel()
            self._teller = self._loop.create_task(self._give_up())

    async def _give_up(self) -> None:
        await part(self._send, code=TOO_SLOW, reason="You read too slowly.")
        self.is_over = True
        if self._let_go is not None:
            self._let_go()

    def _taken(self) -> dict[str, Any]:
        """One message; a second registration waits for the next."""
        said: dict[str, Any] = {}
        spans = [
            self._take_own(said) if self._has_own() and not self._own_wait() else None,
            self._take_seats(said) if self._seats and not self._seats_wait() else None,
        ]
        known = [span for span in spans if span is not None]
        if said and known and self.times:
            said["times"] = min(first for first, _ in known), max(last for _, last in known)
        return said

    def _take_own(self, said: dict[str, Any]) -> Span | None:
        span, self._own_at = self._own_span, self._loop.time()
        if self._moved:
            said["registration"] = next(iter(self._moved))
            del self._moved[said["registration"]]
            if self.times and span:
                said["moved"] = span[0]
        if self._inbox:
            said["inbox"] = True
        if self._is_live is not None:
            said["live"] = self._is_live
        self._inbox, self._is_live = False, None
        if not self._moved:
            self._own_span = None
        return span

    def _take_seats(self, said: dict[str, Any]) -> Span | None:
        seats = {str(one): pair for one in sorted(self._seats) if (pair := self._shown(one))}
        if seats:
            said["seats"] = seats
            self._seats_at = self._loop.time()
        span, self._seats, self._seats_span = self._seats_span, set(), None
        return span
