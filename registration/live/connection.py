"""One open page: the sections it watches and the updates still to be sent to it.

Updates that come faster than they can be sent are conflated: only the newest of each section is
kept, so a slow reader costs no memory.
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
_encode = json.JSONEncoder(separators=(",", ":")).encode  # one encoder, not one per message


def _spanning(span: Span | None, at: float | None) -> Span | None:
    """The span, extended to include this time."""
    if at is None:
        return span
    first, last = span or (at, at)
    return min(first, at), max(last, at)


async def part(send: Send, *, code: int, reason: str) -> None:
    """Send a close frame; give up after a few seconds, since a client that reads nothing will not
    read this either."""
    with suppress(TimeoutError):
        async with asyncio.timeout(FAREWELL_SECONDS):
            await send({"type": "websocket.close", "code": code, "reason": reason})


class Connection:
    """An open page of a student. `shown` returns the seats to show of a section. Seat updates are
    rate-limited by `interval`; updates of the student's own registrations are not. `is_live` is
    sent with the first message. `on_slow_reader` is called after a close frame was sent to a client
    that stopped reading; `is_over` is set by then.

    Updates may carry the time they were published at. A page with `times` receives the earliest and
    the latest of these in each message, and the time of the registration's first update.
    """

    __slots__ = ("_asleep", "_guard", "_inbox", "_interval", "_is_live", "_is_pausing", "_loop",
                 "_moved", "_on_slow_reader", "_own_at", "_own_span", "_seats", "_seats_at",
                 "_seats_span", "_send", "_sending_since", "_shown", "_writer", "is_over",
                 "student", "times", "watched")  # fmt: skip

    def __init__(
        self,
        *,
        student: int,
        send: Send,
        shown: Shown,
        interval: AdaptiveInterval,
        is_live: bool | None = None,
        on_slow_reader: Callable[[], None] | None = None,
    ) -> None:
        self.student = student
        self.watched: frozenset[int] = frozenset()
        self.times = self.is_over = False
        self._send, self._shown, self._interval = send, shown, interval
        self._on_slow_reader = on_slow_reader
        self._loop = asyncio.get_running_loop()
        self._seats: set[int] = set()
        self._moved: dict[str, None] = {}
        self._inbox = False
        self._is_live = is_live
        self._seats_span: Span | None = None
        self._own_span: Span | None = None
        self._seats_at = self._own_at = -inf
        self._is_pausing = False
        self._sending_since: float | None = None
        self._writer: asyncio.Task[None] | None = None
        self._asleep: asyncio.Future[None] | None = None
        self._guard: asyncio.TimerHandle | None = None

    def seats_changed(self, sections: Iterable[int], *, at: float | None = None) -> None:
        """Send the new seat counts of these sections with the next message."""
        self._seats.update(sections)
        self._seats_span = _spanning(self._seats_span, at)
        if not self._is_pausing:
            self._wake()

    def registration_moved(self, registration: str, *, at: float | None = None) -> None:
        """Announce that one of the student's own registrations changed. Beyond `MOST_MOVED` the
        oldest are dropped."""
        self._moved[registration] = None
        self._own_span = _spanning(self._own_span, at)
        if len(self._moved) > MOST_MOVED:
            del self._moved[next(iter(self._moved))]
        self._wake()

    def inbox_changed(self, *, at: float | None = None) -> None:
        """Announce a new email in the inbox."""
        self._inbox = True
        self._own_span = _spanning(self._own_span, at)
        self._wake()

    def live_changed(self, *, is_live: bool) -> None:
        """Announce whether updates reach this process."""
        self._is_live = is_live
        self._wake()

    def end(self) -> None:
        """Stop sending."""
        for work in (self._writer, self._guard):
            if work is not None:
                work.cancel()

    def _wake(self) -> None:
        if self._writer is None:
            self._writer = self._loop.create_task(self._write())
        elif self._asleep is not None and not self._asleep.done():
            self._asleep.set_result(None)

    async def _write(self) -> None:
        """Send pending updates: one task while the page is open, not one per message."""
        with suppress(OSError):  # the client is gone; the receiving side learns it too
            while True:
                wait = self._wait()
                if wait != 0:
                    await self._sleep(wait)
                elif message := self._take_message():
                    await self._send_message(message)

    def _wait(self) -> float | None:
        """Seconds until the next message is due; None where nothing is pending."""
        waits = [self._own_wait()] if self._has_own() else []
        waits += [self._seats_wait()] if self._seats else []
        return min(waits, default=None)

    def _has_own(self) -> bool:
        return bool(self._moved) or self._inbox or self._is_live is not None

    def _own_wait(self) -> float:
        return max(0, self._own_at + SHORTEST_SECONDS - self._loop.time())

    def _seats_wait(self) -> float:
        return max(0, self._seats_at + self._interval.pause - self._loop.time())

    async def _sleep(self, seconds: float | None) -> None:
        self._asleep = self._loop.create_future()
        alarm = None if seconds is None else self._loop.call_later(seconds, self._wake)
        self._is_pausing = alarm is not None
        await self._asleep
        self._is_pausing = False
        if alarm is not None:
            alarm.cancel()

    async def _send_message(self, message: Mapping[str, Any]) -> None:
        self._sending_since = self._loop.time()
        self._interval.sent += 1
        if self._guard is None:
            self._guard = self._loop.call_later(SLOW_SECONDS, self._check_reader)
        await self._send({"type": "websocket.send", "text": _encode(message)})
        self._sending_since = None

    def _check_reader(self) -> None:
        """Check for a slow reader: one timer at a time, not one per message."""
        self._guard = None
        if self._sending_since is None:
            return
        left = self._sending_since + SLOW_SECONDS - self._loop.time()
        if left > 0:
            self._guard = self._loop.call_later(left, self._check_reader)
        elif self._writer is not None:
            self._writer.cancel()
            self._writer = self._loop.create_task(self._close_slow_reader())

    async def _close_slow_reader(self) -> None:
        await part(self._send, code=TOO_SLOW, reason="You read too slowly.")
        self.is_over = True
        if self._on_slow_reader is not None:
            self._on_slow_reader()

    def _take_message(self) -> dict[str, Any]:
        """Build one message; a second registration waits for the next one."""
        message: dict[str, Any] = {}
        spans = [
            self._take_own(message) if self._has_own() and not self._own_wait() else None,
            self._take_seats(message) if self._seats and not self._seats_wait() else None,
        ]
        known = [span for span in spans if span is not None]
        if message and known and self.times:
            message["times"] = min(first for first, _ in known), max(last for _, last in known)
        return message

    def _take_own(self, message: dict[str, Any]) -> Span | None:
        span, self._own_at = self._own_span, self._loop.time()
        if self._moved:
            message["registration"] = next(iter(self._moved))
            del self._moved[message["registration"]]
            if self.times and span:
                message["moved"] = span[0]
        if self._inbox:
            message["inbox"] = True
        if self._is_live is not None:
            message["live"] = self._is_live
        self._inbox, self._is_live = False, None
        if not self._moved:
            self._own_span = None
        return span

    def _take_seats(self, message: dict[str, Any]) -> Span | None:
        seats = {str(one): pair for one in sorted(self._seats) if (pair := self._shown(one))}
        if seats:
            message["seats"] = seats
            self._seats_at = self._loop.time()
        span, self._seats, self._seats_span = self._seats_span, set(), None
        return span
