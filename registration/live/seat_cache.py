"""What is known of the sections that somebody watches, kept in this process."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from registration.selectors.availability import Availability

Look = Callable[[Sequence[int]], Awaitable[Mapping[int, Availability]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The seats of a section, and the fence of the news they come from. None: no such section."""

    seats: Availability | None
    fencing_token: int = 0


class SeatCache:
    """Seats by section. `look` reads them from where they are kept."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._known: dict[int, Known] = {}
        self._reading = asyncio.Lock()

    def shown(self, section: int) -> tuple[int | None, int] | None:
        """Free seats (None: unlimited) and who waits; nothing where that is not known now."""
        known = self._known.get(section)
        seats = known.seats if known else None
        if seats is None or (seats.capacity and seats.taken is None):
            return None
        return (0 if seats.capacity == 0 else seats.free), seats.waiting or 0

    async def learn(self, sections: Collection[int]) -> None:
        """Read what is not known yet. Of many who ask at once, one reads and the others find it."""
        async with self._reading:
            missing = sorted(set(sections) - self._known.keys())
            if missing:
                found = await self._look(missing)
                for section in missing:
                    self._known.setdefault(section, Known(seats=found.get(section)))

    async def read_again(self) -> list[int]:
        """Read everything again; the sections that were not as we knew them."""
        async with self._reading:
            before = dict(self._known)
            found = await self._look(sorted(before))
        return [
            section
            for section, known in before.items()
            if self._mend(section, known, found.get(section))
        ]

    def _mend(self, section: int, known: Known, seats: Availability | None) -> bool:
        """News that came while we were reading are the newer."""
        if self._known.get(section) is not known:
            return False
        self._known[section] = Known(seats=seats)
        return seats != known.seats

    def hear(self, *, fencing_token: int, counts: Mapping[int, tuple[int, int]]) -> list[int]:
        """News of seats; the sections among them that are on the board and changed."""
        return [one for one, pair in counts.items() if self._hear(one, fencing_token, *pair)]

    def _hear(self, section: int, fencing_token: int, taken: int, waiting: int) -> bool:
        known = self._known.get(section)
        if known is None or known.seats is None or fencing_token < known.fencing_token:
            return False
        seats = replace(known.seats, taken=taken, waiting=waiting)
        self._known[section] = Known(seats=seats, fencing_token=fencing_token)
        return seats != known.seats

    def forget(self, section: int) -> None:
        """Nobody watches it any more."""
        self._known.pop(section, None)
