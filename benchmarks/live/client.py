"""One open page of a student, connected like `live.js`, and the updates it received."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from benchmarks.live.websocket import WebSocket

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
OPENING_SECONDS = 8
NOT_SIGNED_IN = 4401


@dataclass(slots=True, kw_only=True)
class SharedStats:
    """Counters shared by all pages of a process. `waits`: the seconds from the commit of the oldest
    update of each message to its receipt; `own_waits`: those of the students' own registrations.
    `codes`: how often the server closed with each code."""

    address: str
    origin: str
    ready: int = 0
    messages: int = 0
    waits: list[float] = field(default_factory=list)
    own_waits: list[float] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)


class PageClient:
    """One page. `is_ready`: it is open and has received the state of what it watches."""

    def __init__(self, *, number: int, cookie: str, watch: list[int], stats: SharedStats) -> None:
        self.number = number
        self.seats: dict[str, list[int | None]] = {}
        self.moved: dict[str, float] = {}
        self.is_ready = False
        self._watch = json.dumps({"watch": watch, "times": True})
        self._headers = {"Cookie": cookie, "Origin": stats.origin}
        self._stats = stats
        self._wait = FIRST_WAIT
        self._socket: WebSocket | None = None
        self._opening: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start connecting."""
        self._opening = asyncio.get_running_loop().create_task(self._open())

    def cut(self) -> None:
        """Drop the connection; it reconnects like a browser."""
        if self._socket is not None:
            self._socket.abort()
            self._closed(None)

    def report(self) -> dict[str, Any]:
        """The last state received of each section, and the last update of each registration."""
        return {"number": self.number, "seats": self.seats, "moved": self.moved}

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        socket = WebSocket(
            address=self._stats.address,
            headers=self._headers,
            on_text=self._received,
            on_close=self._closed,
        )
        address = urlsplit(self._stats.address)
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                await loop.create_connection(
                    lambda: socket,
                    address.hostname or "",
                    address.port or 0,
                    ssl=address.scheme == "wss" or None,
                )
                await socket.opened
        except OSError:
            socket.abort()
            self._reopen_later()
            return
        self._socket = socket
        socket.send(self._watch)

    def _received(self, text: bytes) -> None:
        now, message = time.time(), json.loads(text)
        self._wait = FIRST_WAIT
        self._stats.messages += 1
        times = message.get("times")
        if times:
            self._stats.waits.append(now - times[0])
        if "seats" in message:
            self.seats.update(message["seats"])
            self._be_ready(True)
        if "moved" in message:
            self._stats.own_waits.append(now - message["moved"])
        if times and "registration" in message:
            self.moved[message["registration"]] = times[1]

    def _closed(self, code: int | None) -> None:
        self._stats.codes[str(code)] = self._stats.codes.get(str(code), 0) + 1
        self._socket = None
        self._be_ready(False)
        if code != NOT_SIGNED_IN:
            self._reopen_later()

    def _be_ready(self, is_ready: bool) -> None:
        self._stats.ready += is_ready - self.is_ready
        self.is_ready = is_ready

    def _reopen_later(self) -> None:
        jittered = self._wait * random.uniform(0.75, 1.25)  # noqa: S311 -- drawn, not guessed
        self._wait = min(LONGEST_WAIT, self._wait * 2)
        asyncio.get_running_loop().call_later(jittered, self.open)
