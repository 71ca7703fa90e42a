"""The allocator's input: events about seats, and the current seats and waitlists."""

from dataclasses import dataclass
from typing import NamedTuple

from project.events.base import Event
from project.events.modules import SectionChanged, TermChanged
from project.events.registration import (
    Dropped,
    Expired,
    PassedOver,
    Refused,
    StudentChanged,
    Submitted,
)

ReleaseEvent = Dropped | Expired | Refused
SEAT_EVENT_TYPES = (
    Submitted,
    Refused,
    Dropped,
    Expired,
    PassedOver,
    SectionChanged,
    StudentChanged,
    TermChanged,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatEvent:
    """An event that requests, releases or adds seats; `flow` is its event id."""

    flow_id: int
    position: int
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class WaitlistEntry:
    """A student on the waitlist of a section. Waitlists are ordered by `position`, that of the
    submission."""

    position: int
    section: int
    registration: str
    student: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A seat that a student has; `seat` is its number, None if seats are not counted.

    The fencing token grows with every allocation: a late write to Redis, with a lower token,
    changes nothing there.
    """

    section: int
    student: int
    registration: str
    seat: int | None
    fencing_token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLock:
    """The lock shown in Redis on a numbered seat just taken, and how many seconds it has left."""

    allocation: Allocation
    seconds: int


class SectionCounts(NamedTuple):
    """How many seats of a section are taken, and how many students wait for one."""

    taken: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSnapshot:
    """A section before the events. `seats` None is unlimited.

    `free` are its lowest free seat numbers, as many as the events can use up; `waitlist_head` the
    first of its waitlist, as many as they can admit or remove, without those `passed_over`.
    `waiting` counts the whole waitlist, including these. Once the term's deadline has passed
    (`is_over`, by the database's clock at the time of reading) its waitlist does not move, nor
    while the term `is_paused`.
    """

    section: int
    seats: int | None
    is_open: bool = True
    is_over: bool = False
    is_paused: bool = False
    taken: int = 0
    waiting: int = 0
    free: tuple[int, ...] = ()
    waitlist_head: tuple[WaitlistEntry, ...] = ()
    passed_over: tuple[WaitlistEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSnapshot:
    """The sections that the events are about and what their students have there; and the sections
    where students were passed over whose schedule the events change.

    `offered` are the waitlist entries of seats that were offered and not taken up yet. `ended` are
    the (registration, section) pairs dropped before they were decided. `moved` are the
    (section, student) of changed sections, for students who were passed over elsewhere.
    """

    sections: tuple[SectionSnapshot, ...]
    allocations: tuple[Allocation, ...] = ()
    waitlisted: tuple[WaitlistEntry, ...] = ()
    offered: tuple[WaitlistEntry, ...] = ()
    ended: frozenset[tuple[str, int]] = frozenset()
    moved: frozenset[tuple[int, int]] = frozenset()
