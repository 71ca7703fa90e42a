"""An in-memory model of seats: what the selector would read, and how events change it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from modules.rules.allocation import AllocationResult, allocate
from modules.rules.seat_snapshot import (
    Allocation,
    ReleaseEvent,
    SeatEvent,
    SeatSnapshot,
    SectionSnapshot,
    WaitlistEntry,
)
from project.events.base import Event
from project.events.modules import SeatOffered, SeatReturn, SeatsDecided, SeatsReleased
from project.events.reasons import Reason
from project.events.registration import (
    Dropped,
    EndedItem,
    PassedOver,
    RequestedItem,
    StudentChanged,
    Submitted,
)
from project.events.vocabulary import ItemState, Mode, OnFull


def submit(
    position: int, student: int, *sections: int, mode: str = "any", on_full: str = "waitlist"
) -> SeatEvent:
    """A submission; its registration and flow are numbered by its position."""
    event = Submitted(
        registration=f"r{position}",
        student=student,
        programme="CS",
        term=1,
        mode=Mode(mode),
        on_full=OnFull(on_full),
        items=tuple(
            RequestedItem(section=section, module=f"M{section}", credit_quarters=16)
            for section in sections
        ),
    )
    return SeatEvent(flow_id=position, position=position, event=event)


def drop(position: int, of: SeatEvent, *sections: int) -> SeatEvent:
    """The student drops some of the sections they submitted."""
    asked = of.event
    assert isinstance(asked, Submitted)
    items = tuple(EndedItem(section=section, was=ItemState.CONFIRMED) for section in sections)
    event = Dropped(registration=asked.registration, student=asked.student, items=items)
    return SeatEvent(flow_id=position, position=position, event=event)


def pass_over(position: int, offer: SeatOffered) -> SeatEvent:
    """The offer is passed over for a reason that may go away."""
    event = PassedOver(
        registration=offer.registration,
        student=offer.student,
        section=offer.section,
        code=Reason.TIME_CONFLICT,
    )
    return SeatEvent(flow_id=position, position=position, event=event)


def edit(position: int, student: int) -> SeatEvent:
    """The registry changes a student, perhaps the credit limit."""
    event = StudentChanged(student=student, programme="CS", year=1, credit_limit_quarters=80)
    return SeatEvent(flow_id=position, position=position, event=event)


@dataclass
class Model:
    """Sections by number with their seats, and each student's allocations and waitlist entries."""

    seats: dict[int, int | None]
    live: dict[tuple[int, int], Allocation] = field(default_factory=dict)
    freed: list[Allocation] = field(default_factory=list)
    waitlist: dict[tuple[int, int], WaitlistEntry] = field(default_factory=dict)
    offered: dict[tuple[str, int], WaitlistEntry] = field(default_factory=dict)
    passed: set[WaitlistEntry] = field(default_factory=set)
    ended: set[tuple[str, int]] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    over: set[int] = field(default_factory=set)

    def taken(self, section: int) -> list[Allocation]:
        return [seat for (at, _), seat in self.live.items() if at == section]

    def waiting(self, section: int) -> list[WaitlistEntry]:
        return sorted(entry for (at, _), entry in self.waitlist.items() if at == section)

    def has_seat(self, section: int) -> bool:
        seats = self.seats[section]
        return seats is None or len(self.taken(section)) < seats

    def decide(self, *events: SeatEvent, first_token: int = 1000) -> AllocationResult:
        """Allocate on what the selector would read of the model, then update the model.

        Fails where a constraint of the database would.
        """
        tokens = range(first_token, first_token + 1000)
        result = allocate(snapshot=self.snapshot(events), events=events, fencing_tokens=tokens)
        for event in result.events:
            self._apply(event)
            self._check()
        assert result.counts == self.counts()
        return result

    def counts(self) -> dict[int, tuple[int, int]]:
        return {s: (len(self.taken(s)), len(self.waiting(s))) for s in self.seats}

    def snapshot(self, events: Sequence[SeatEvent]) -> SeatSnapshot:
        """Only what the selector would read for these events."""
        ended = Counter(item.section for event in events for item in _ended(event.event))
        asked = Counter(item.section for event in events for item in _requested(event.event))
        return SeatSnapshot(
            sections=tuple(self._section(s, asked[s], ended[s]) for s in self.seats),
            allocations=tuple(self.live.values()),
            waitlisted=tuple(e for e in self.waitlist.values() if e not in self.passed),
            offered=tuple(self.offered.values()),
            ended=frozenset(self.ended),
        )

    def _section(self, section: int, asked: int, ended: int) -> SectionSnapshot:
        seats, taken, waiting = self.seats[section], self.taken(section), self.waiting(section)
        passed = [entry for entry in waiting if entry in self.passed]
        eligible = [entry for entry in waiting if entry not in self.passed]
        spare = len(waiting) if seats is None else seats - len(taken)
        used = {seat.seat for seat in taken}
        free = [n for n in range(1, (seats or 0) + 1) if n not in used]
        return SectionSnapshot(
            section=section,
            seats=seats,
            taken=len(taken),
            waiting=len(waiting),
            free=() if seats is None else tuple(free[: min(spare, asked + len(waiting))]),
            waitlist_head=tuple(eligible[: spare + 2 * ended] if spare + ended else ()),
            passed_over=tuple(passed),
            is_open=section not in self.closed,
            is_over=section in self.over,
        )

    def _apply(self, event: Event) -> None:
        if isinstance(event, SeatsDecided):
            for item in event.items:
                key = (item.section, event.student)
                if item.outcome == "seated":
                    self._seat(key, event.registration, item.seat, item.fencing_token)
                elif item.outcome == "waitlisted":
                    self._join(key, event.registration, item.position)
        elif isinstance(event, SeatOffered):
            key = (event.section, event.student)
            entry = self.waitlist.pop(key)
            assert entry.registration == event.registration
            self.passed.discard(entry)
            self.offered[event.registration, event.section] = entry
            self._seat(key, event.registration, event.seat, event.fencing_token)
        elif isinstance(event, SeatsReleased):
            for back in event.items:
                self._release(event, back)

    def _seat(
        self, key: tuple[int, int], registration: str, seat: int | None, token: int | None
    ) -> None:
        assert key not in self.live
        assert token is not None
        self.live[key] = Allocation(
            section=key[0],
            student=key[1],
            registration=registration,
            seat=seat,
            fencing_token=token,
        )

    def _join(self, key: tuple[int, int], registration: str, position: int | None) -> None:
        assert position is not None
        assert key not in self.waitlist
        self.waitlist[key] = WaitlistEntry(
            position=position, section=key[0], registration=registration, student=key[1]
        )

    def _release(self, event: SeatsReleased, item: SeatReturn) -> None:
        key = (item.section, event.student)
        if item.was in ("allocated", "passed_over"):
            seat = self.live.pop(key)
            stated = (event.registration, item.seat, item.fencing_token)
            assert (seat.registration, seat.seat, seat.fencing_token) == stated
            self.freed.append(seat)
            entry = self.offered.pop((event.registration, item.section), None)
            if item.was == "passed_over":
                assert entry is not None
                assert key not in self.waitlist
                self.waitlist[key] = entry
                self.passed.add(entry)
        elif item.was == "waiting":
            left = self.waitlist.pop(key)
            assert left.registration == event.registration
            self.passed.discard(left)
        else:
            self.ended.add((event.registration, item.section))

    def _check(self) -> None:
        for section, seats in self.seats.items():
            numbers = [seat.seat for seat in self.taken(section) if seat.seat is not None]
            assert len(numbers) == len(set(numbers)), "two on one seat"
            assert seats is None or len(self.taken(section)) <= seats, "oversold"


def _ended(event: Event) -> Sequence[EndedItem | PassedOver]:
    if isinstance(event, PassedOver):
        return [event]
    return event.items if isinstance(event, ReleaseEvent) else ()


def _requested(event: Event) -> tuple[RequestedItem, ...]:
    return event.items if isinstance(event, Submitted) else ()
