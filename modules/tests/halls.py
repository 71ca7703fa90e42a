"""A hall in memory: what the selector would read of it, and what decisions make of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from modules.rules.allocation import (
    Decision,
    Hall,
    Holding,
    Matter,
    Queued,
    Returning,
    Section,
    Waiting,
)
from project.messages.fact import Fact
from project.messages.modules import SeatOffered, SeatsDecided, SeatsReleased
from project.messages.registration import Asked, Dropped, Ended, Submitted


def submit(
    position: int, student: int, *sections: int, mode: str = "any", on_full: str = "queue"
) -> Matter:
    """A submission; its registration and cause have the number of its position."""
    fact = Submitted(
        registration=f"r{position}",
        student=student,
        programme="CS",
        term=1,
        mode=mode,
        on_full=on_full,
        items=tuple(
            Asked(section=section, module=f"M{section}", credits=4) for section in sections
        ),
    )
    return Matter(cause=position, position=position, fact=fact)


def drop(position: int, of: Matter, *sections: int) -> Matter:
    """The student gives up some of what they submitted."""
    asked = of.fact
    assert isinstance(asked, Submitted)
    items = tuple(Ended(section=section, was="confirmed") for section in sections)
    fact = Dropped(registration=asked.registration, student=asked.student, items=items)
    return Matter(cause=position, position=position, fact=fact)


@dataclass
class Model:
    """Sections by number with their seats, and who has and wants what."""

    seats: dict[int, int | None]
    live: dict[tuple[int, int], Holding] = field(default_factory=dict)
    queue: dict[tuple[int, int], Waiting] = field(default_factory=dict)
    ended: set[tuple[str, int]] = field(default_factory=set)

    def taken(self, section: int) -> list[Holding]:
        return [held for (at, _), held in self.live.items() if at == section]

    def waiting(self, section: int) -> list[Waiting]:
        return sorted(place for (at, _), place in self.queue.items() if at == section)

    def has_seat(self, section: int) -> bool:
        seats = self.seats[section]
        return seats is None or len(self.taken(section)) < seats

    def hall(self, matters: Sequence[Matter]) -> Hall:
        """No more of it than the selector would read for these matters."""
        ended = Counter(item.section for m in matters for item in _ended(m.fact))
        asked = Counter(item.section for m in matters for item in _asked(m.fact))
        return Hall(
            sections=tuple(self._section(s, asked[s], ended[s]) for s in self.seats),
            holdings=tuple(self.live.values()),
            queued=tuple(Queued(section=s, place=place) for (s, _), place in self.queue.items()),
            ended=frozenset(self.ended),
        )

    def _section(self, section: int, asked: int, ended: int) -> Section:
        seats, taken, queue = self.seats[section], self.taken(section), self.waiting(section)
        spare = len(queue) if seats is None else seats - len(taken)
        used = {held.seat for held in taken}
        free = [n for n in range(1, (seats or 0) + 1) if n not in used]
        return Section(
            section=section,
            seats=seats,
            taken=len(taken),
            waiting=len(queue),
            free=() if seats is None else tuple(free[: min(spare, asked + len(queue))]),
            heads=tuple(queue[: spare + 2 * ended] if spare + ended else ()),
        )

    def apply(self, decisions: Iterable[Decision]) -> None:
        """Bring the model up to date; fails where a constraint of the database would."""
        for decision in decisions:
            self._apply(decision.fact)
            self._check()

    def _apply(self, fact: Fact) -> None:
        if isinstance(fact, SeatsDecided):
            for item in fact.items:
                key = (item.section, fact.student)
                if item.outcome == "seated":
                    self._seat(key, fact.registration, item.seat, item.fence)
                elif item.outcome == "queued":
                    assert item.position is not None
                    assert key not in self.queue
                    self.queue[key] = Waiting(
                        position=item.position,
                        registration=fact.registration,
                        student=fact.student,
                    )
        elif isinstance(fact, SeatOffered):
            key = (fact.section, fact.student)
            assert self.queue.pop(key).registration == fact.registration
            self._seat(key, fact.registration, fact.seat, fact.fence)
        elif isinstance(fact, SeatsReleased):
            for back in fact.items:
                self._release(back.was, (back.section, fact.student), fact.registration)

    def _seat(
        self, key: tuple[int, int], registration: str, seat: int | None, fence: int | None
    ) -> None:
        assert key not in self.live
        assert fence is not None
        self.live[key] = Holding(
            section=key[0], student=key[1], registration=registration, seat=seat, fence=fence
        )

    def _release(self, was: str, key: tuple[int, int], registration: str) -> None:
        if was == "allocated":
            assert self.live.pop(key).registration == registration
        elif was == "waiting":
            assert self.queue.pop(key).registration == registration
        else:
            self.ended.add((registration, key[0]))

    def _check(self) -> None:
        for section, seats in self.seats.items():
            numbers = [held.seat for held in self.taken(section) if held.seat is not None]
            assert len(numbers) == len(set(numbers)), "two on one seat"
            assert seats is None or len(self.taken(section)) <= seats, "oversold"


def _ended(fact: Fact) -> tuple[Ended, ...]:
    return fact.items if isinstance(fact, Returning) else ()


def _asked(fact: Fact) -> tuple[Asked, ...]:
    return fact.items if isinstance(fact, Submitted) else ()
