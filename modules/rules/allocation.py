"""Who gets which seat: one pure function over free seats, queues and the line."""

import heapq
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from project.messages.fact import Fact
from project.messages.modules import (
    SeatDecision,
    SeatOffered,
    SeatReturn,
    SeatsDecided,
    SeatsReleased,
    SectionChanged,
)
from project.messages.registration import Dropped, Expired, Refused, Submitted

Returning = Dropped | Expired | Refused
SEAT_MATTERS = (Submitted, Refused, Dropped, Expired, SectionChanged)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Waiting:
    """One student's place in the queue of a section; queues are ordered by `position`."""

    position: int
    registration: str
    student: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section as it is before the line goes on.

    `free` are its lowest free seat numbers, as many as the line can use up; `heads` the first of
    its queue, as many as the line can let in or lose. `waiting` counts the whole queue.
    """

    section: int
    seats: int | None
    is_open: bool = True
    taken: int = 0
    waiting: int = 0
    free: tuple[int, ...] = ()
    heads: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A live allocation."""

    section: int
    student: int
    registration: str
    seat: int | None
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A place in a queue, of one whom the line is about."""

    section: int
    place: Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """All that the line needs to know: its sections, and what its students have of them.

    `ended` are the (registration, section) that were given up before they were decided.
    """

    sections: tuple[Section, ...]
    holdings: tuple[Holding, ...] = ()
    queued: tuple[Queued, ...] = ()
    ended: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One thing in the line: the fact, its event id and its position."""

    cause: int
    position: int
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A fact to be said; `cause` is the event it answers, None where it begins a flow."""

    fact: Fact
    cause: int | None


def allocate(*, hall: Hall, matters: Sequence[Matter], fence: int) -> list[Decision]:
    """Decide the matters in line order. `fence` is the first of the numbers still unused.

    A newcomer never passes a queue. A seat that comes free, or is added, goes to the first in the
    queue at once; no seat is left over while someone waits. The decisions keep their order.
    """
    desk = _Desk(hall, fence)
    # First of all: seats that were added since, for `SectionChanged` has been projected by now.
    desk.offer(seats.section for seats in hall.sections)
    for matter in matters:
        if isinstance(matter.fact, Submitted):
            desk.decide(matter, matter.fact)
        elif isinstance(matter.fact, Returning):
            desk.take_back(matter, matter.fact)
    return desk.decisions


class _Seats:
    """One section while the line goes on."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.left = None if section.seats is None else section.seats - section.taken
        self.free = list(section.free)
        self.numberless = 0
        self.waiting = section.waiting
        self.queue = sorted(section.heads)
        self.unread = section.waiting - len(section.heads)
        self.last_read = self.queue[-1].position if self.queue else 0

    @property
    def has_seat(self) -> bool:
        return self.left is None or self.left > 0

    @property
    def lets_in(self) -> bool:
        """Whether a newcomer may sit down: there is a seat and nobody waits for it."""
        return self.has_seat and not self.waiting

    @property
    def is_closed(self) -> bool:
        return not self.section.is_open or self.section.seats == 0

    def take(self) -> int | None:
        """The lowest free seat number; None where seats are not counted, or where the one that
        came free was given while they were not."""
        if self.left is None:
            return None
        self.left -= 1
        if self.numberless and not self.free:
            self.numberless -= 1
            return None
        return heapq.heappop(self.free)

    def give_back(self, seat: int | None) -> None:
        if self.left is not None:
            self.left += 1
            if seat is None:
                self.numberless += 1
            else:
                heapq.heappush(self.free, seat)

    def join(self, place: Waiting) -> None:
        insort(self.queue, place)
        self.waiting += 1

    def leave(self, place: Waiting) -> None:
        self.waiting -= 1
        if place in self.queue:
            self.queue.remove(place)
        else:
            self.unread -= 1

    def call(self) -> Waiting:
        """The first in the queue leaves it."""
        if not self.queue or (self.unread and self.queue[0].position > self.last_read):
            raise RuntimeError(f"the queue of section {self.section.section} was read too short")
        self.waiting -= 1
        return self.queue.pop(0)


class _Desk:
    """Works through the line, one matter at a time, and notes what to say."""

    def __init__(self, hall: Hall, fence: int) -> None:
        self.decisions: list[Decision] = []
        self.fence = fence
        self.seats = {section.section: _Seats(section) for section in hall.sections}
        self.held = {(one.section, one.student): one for one in hall.holdings}
        self.queued = {(one.section, one.place.student): one.place for one in hall.queued}
        self.ended = set(hall.ended)

    def decide(self, matter: Matter, asked: Submitted) -> None:
        sections = tuple(dict.fromkeys(item.section for item in asked.items))
        codes = {section: self._bar(asked, section) for section in sections}
        if asked.mode == "all" and any(codes.values()):
            codes = {section: code or "together" for section, code in codes.items()}
        items = tuple(self._place(matter, asked, section, codes[section]) for section in sections)
        decided = SeatsDecided(registration=asked.registration, student=asked.student, items=items)
        self.decisions.append(Decision(fact=decided, cause=matter.cause))

    def _bar(self, asked: Submitted, section: int) -> str:
        """The code of what bars the way to that section; "" if nothing does."""
        key, seats = (section, asked.student), self.seats.get(section)
        if seats is None:
            return "unknown_section"
        if (asked.registration, section) in self.ended:
            return "ended"
        if key in self.held or key in self.queued:
            return "already_registered"
        if seats.is_closed:
            return "closed_section"
        return "" if seats.lets_in or asked.on_full == "queue" else "full"

    def _place(self, matter: Matter, asked: Submitted, section: int, code: str) -> SeatDecision:
        if code:
            return SeatDecision(section=section, outcome="refused", code=code)
        place = Waiting(
            position=matter.position, registration=asked.registration, student=asked.student
        )
        if not self.seats[section].lets_in:
            self.seats[section].join(place)
            self.queued[section, asked.student] = place
            return SeatDecision(section=section, outcome="queued", position=matter.position)
        held = self._hold(section, place)
        return SeatDecision(section=section, outcome="seated", seat=held.seat, fence=held.fence)

    def _hold(self, section: int, place: Waiting) -> Holding:
        held = Holding(
            section=section,
            student=place.student,
            registration=place.registration,
            seat=self.seats[section].take(),
            fence=self.fence,
        )
        self.fence += 1
        self.held[section, place.student] = held
        return held

    def take_back(self, matter: Matter, over: Returning) -> None:
        sections = tuple(dict.fromkeys(item.section for item in over.items))
        items = tuple(self._return(over, section) for section in sections)
        released = SeatsReleased(registration=over.registration, student=over.student, items=items)
        self.decisions.append(Decision(fact=released, cause=matter.cause))
        self.offer(sections)

    def _return(self, over: Returning, section: int) -> SeatReturn:
        key = (section, over.student)
        held, place = self.held.get(key), self.queued.get(key)
        if held is not None and held.registration == over.registration:
            del self.held[key]
            self.seats[section].give_back(held.seat)
            return SeatReturn(section=section, was="allocated", seat=held.seat, fence=held.fence)
        if place is not None and place.registration == over.registration:
            del self.queued[key]
            self.seats[section].leave(place)
            return SeatReturn(section=section, was="waiting")
        # A tombstone: should the submission come later, it finds this and takes nothing.
        self.ended.add((over.registration, section))
        return SeatReturn(section=section, was="nothing")

    def offer(self, sections: Iterable[int]) -> None:
        """Let the queue in wherever there is a seat."""
        for section in sections:
            seats = self.seats.get(section)
            while seats is not None and seats.has_seat and seats.waiting:
                self._offer_to(section, seats.call())

    def _offer_to(self, section: int, place: Waiting) -> None:
        held = self._hold(section, place)
        self.queued.pop((section, place.student), None)
        offered = SeatOffered(
            registration=place.registration,
            student=place.student,
            section=section,
            seat=held.seat,
            fence=held.fence,
        )
        self.decisions.append(Decision(fact=offered, cause=None))


def counts_after(*, hall: Hall, decisions: Iterable[Decision]) -> dict[int, tuple[int, int]]:
    """How many seats of each section are taken, and how many wait, once this is decided."""
    counts = {one.section: [one.taken, one.waiting] for one in hall.sections}
    for decision in decisions:
        for section, taken, waiting in _moves(decision.fact):
            counts[section][0] += taken
            counts[section][1] += waiting
    return {section: (taken, waiting) for section, (taken, waiting) in counts.items()}


_MOVES = {"seated": (1, 0), "queued": (0, 1), "allocated": (-1, 0), "waiting": (0, -1)}


def _moves(fact: Fact) -> Iterable[tuple[int, int, int]]:
    """(section, taken, waiting) by how much a decision changes the counts."""
    if isinstance(fact, SeatOffered):
        return [(fact.section, 1, -1)]
    if isinstance(fact, SeatsDecided):
        return [(one.section, *_MOVES[one.outcome]) for one in fact.items if one.outcome in _MOVES]
    if isinstance(fact, SeatsReleased):
        return [(one.section, *_MOVES[one.was]) for one in fact.items if one.was in _MOVES]
    return []
