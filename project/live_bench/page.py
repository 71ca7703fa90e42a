"""One page of a student, kept open as `live.js` keeps one, and what it was told."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from project.live_bench.link import Link

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
OPENING_SECONDS = 8
STRANGER = 4401


@dataclass(slots=True, kw_only=True)
class Notes:
    """What all pages of a process have in common. `waits`: the seconds that the oldest news of each
    message took, from their commit to here; `own_waits`: those of the students' own registrations.
    `codes`: how often a server closed with which."""

    address: str
    origin: str
    ready: int = 0
    messages: int = 0
    waits: list[float] = field(default_factory=list)
    own_waits: list[float] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)


class Page:
    """`is_ready`: it is open and was told the state of what it watches."""

    def __init__(self, *, number: int, cookie: str, watch: list[int], notes: Notes) -> None:
        self.number = number
        self.seats: dict[str, list[int | None]] = {}
        self.moved: dict[str, float] = {}
        self.is_ready = False
        self._watch = json.dumps({"watch": watch, "times": True})
        self._headers = {"Cookie": cookie, "Origin": notes.origin}
        self._notes = notes
        self._wait = FIRST_WAIT
        self._link: Link | None = None
        self._opening: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to open it."""
        self._opening = asyncio.get_running_loop().create_task(self._open())

    def cut(self) -> None:
        """Lose the connection; it comes back like a browser's."""
        if self._link is not None:
            self._link.cut()
            self._ended(None)

    def heard(self) -> dict[str, Any]:
        """What it was told last of each section, and when of each registration."""
        return {"number": self.number, "seats": self.seats, "moved": self.moved}

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        link = Link(
            address=self._notes.address, headers=self._headers, hear=self._hear, ended=self._ended
        )
        host, _, port = self._notes.address.split("/")[2].rpartition(":")
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                await loop.create_connection(lambda: link, host, int(port))
                await link.opened
        except OSError:
            link.cut()
            self._again()
            return
        self._link = link
        link.say(self._watch)

    def _hear(self, text: bytes) -> None:
        now, said = time.time(), json.loads(text)
        self._wait = FIRST_WAIT
        self._notes.messages += 1
        times = said.get("times")
        if times:
            self._notes.waits.append(now - times[0])
        if "seats" in said:
            self.seats.update(said["seats"])
            self._be_ready(True)
        if "moved" in said:
            self._notes.own_waits.append(now - said["moved"])
        if times and "registration" in said:
            self.moved[said["registration"]] = times[1]

    def _ended(self, code: int | None) -> None:
        self._notes.codes[str(code)] = self._notes.codes.get(str(code), 0) + 1
        self._link = None
        self._be_ready(False)
        if code != STRANGER:
            self._again()

    def _be_ready(self, is_ready: bool) -> None:
        self._notes.ready += is_ready - self.is_ready
        self.is_ready = is_ready

    def _again(self) -> None:
        jittered = self._wait * random.uniform(0.75, 1.25)  # noqa: S311 -- drawn, not guessed
        self._wait = min(LONGEST_WAIT, self._wait * 2)
        asyncio.get_running_loop().call_later(jittered, self.open)
