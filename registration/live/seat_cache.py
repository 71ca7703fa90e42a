"""Seat counts of the watched sections, cached in this process."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from registration.selectors.availability import Availability

Look = Callable[[Sequence[int]], Awaitable[Mapping[int, Availability]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The seats of a section (None: no such section) and the fencing token of their update."""

    seats: Availability | None
    fencing_token: int = 0


class SeatCache:
    """Seats by section; `look` reads them from the database and Redis."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._known: dict[int, Known] = {}
        self._reading = asyncio.Lock()

    def shown(self, section: int) -> tuple[int | None, int] | None:
        """Free seats (None: unlimited) and waitlisted students; None where not known."""
        known = self._known.get(section)
        seats = known.seats if known else None
        if seats is None or (seats.capacity and seats.taken is None):
            return None
        return (0 if seats.capacity == 0 else seats.free), seats.waiting or 0

    async def learn(self, sections: Collection[int]) -> None:
        """Read the sections not cached yet. Concurrent callers wait for one read and share it."""
        async with self._reading:
            missing = sorted(set(sections) - self._known.keys())
            if missing:
                found = await self._look(missing)
                for section in missing:
                    self._known.setdefault(section, Known(seats=found.get(section)))

    async def read_again(self) -> list[int]:
        """Read everything again; returns the sections that had changed."""
        async with self._reading:
            before = dict(self._known)
            found = await self._look(sorted(before))
        return [
            section
            for section, known in before.items()
            if self._mend(section, known, found.get(section))
        ]

    def _mend(self, section: int, known: Known, seats: Availability | None) -> bool:
        """Store what was read, unless an update arrived meanwhile: that is newer."""
        if self._known.get(section) is not known:
            return False
        self._known[section] = Known(seats=seats)
        return seats != known.seats

    def update(self, *, fencing_token: int, counts: Mapping[int, tuple[int, int]]) -> list[int]:
        """Apply an update of seat counts; returns the cached sections that changed."""
        return [one for one, pair in counts.items() if self._update(one, fencing_token, *pair)]

    def _update(self, section: int, fencing_token: int, taken: int, waiting: int) -> bool:
        known = self._known.get(section)
        if known is None or known.seats is None or fencing_token < known.fencing_token:
            return False
        seats = replace(known.seats, taken=taken, waiting=waiting)
        self._known[section] = Known(seats=seats, fencing_token=fencing_token)
        return seats != known.seats

    def forget(self, section: int) -> None:
        """Drop a section that no page watches any more."""
        self._known.pop(section, None)
