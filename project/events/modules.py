"""What `modules` says: the catalogue, and who has which seat."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import Event, RegistrationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class TermChanged(Event):
    """Said when a term is created or edited. For: registration's catalogue.

    Its first and last day (ISO) are None where nobody said when it is. Until `add_until` seats of
    waitlists are given out, until `drop_until` a student may drop, until `refund_until` with the
    fee paid back: instants, ISO 8601 in UTC, None where nobody set them.
    """

    type: ClassVar[str] = "modules.term_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("term", "term")
    term: int
    code: str
    name: str
    starts_on: str | None = None
    ends_on: str | None = None
    add_until: str | None = None
    drop_until: str | None = None
    refund_until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One requirement: any of `any_of` passed before, or any of `together` taken at the same time.

    `together` is the part of `any_of` that requires this module in turn (a cycle).
    """

    any_of: tuple[str, ...]
    together: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleChanged(Event):
    """Said when a course module is created or edited. For: registration's catalogue and rules.

    Every clause of `requires` is enforced; `requirement_note` is requirement text that is not.
    """

    type: ClassVar[str] = "modules.module_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("module", "module")
    module: int
    code: str
    title: str
    credits: int
    department: str = ""
    requires: tuple[Clause, ...] = ()
    requirement_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting, weekly (`day` 0 = Monday … 6) or dated (`date` ISO). Minutes since midnight."""

    kind: str
    start: int
    end: int
    day: int | None = None
    date: str | None = None
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChanged(Event):
    """Said when a section is created or edited. For: registration's catalogue, and the seats' own
    writer, which hands new seats to the queue. `seats` None = unlimited, 0 = closed."""

    type: ClassVar[str] = "modules.section_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("section", "section")
    section: int
    term: int
    module: int
    module_code: str
    code: str
    seats: int | None
    credits: int
    is_open: bool = True
    meetings: tuple[Meeting, ...] = ()
    instructor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDecision:
    """`outcome` is seated, waitlisted or refused (then `code` says why). `seat` is None where seats
    are unlimited; `fence` grows with every allocation; `position` is the place in line by which
    the queue is ordered."""

    section: int
    outcome: str
    seat: int | None = None
    position: int | None = None
    fencing_token: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsDecided(RegistrationEvent):
    """Said by the single writer, once per submission, in line order. For: authorise, decide."""

    type: ClassVar[str] = "modules.seats_decided.v1"
    stream_of: ClassVar[tuple[str, str]] = ("seats", "registration")
    items: tuple[SeatDecision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOffered(RegistrationEvent):
    """Said when a waitlisted student's turn has come: the seat is theirs while it is considered.
    Starts a flow of its own."""

    type: ClassVar[str] = "modules.seat_offered.v1"
    stream_of: ClassVar[tuple[str, str]] = ("seats", "registration")
    section: int
    seat: int | None
    fencing_token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReturn:
    """`was` is allocated (then `seat`, `fence`), waiting, or nothing (a tombstone). Where it was
    passed_over the seat came back and the place in the queue stays."""

    section: int
    was: str
    seat: int | None = None
    fencing_token: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsReleased(RegistrationEvent):
    """Said when seats or places in a queue came back. For: whoever watches availability."""

    type: ClassVar[str] = "modules.seats_released.v1"
    stream_of: ClassVar[tuple[str, str]] = ("seats", "registration")
    items: tuple[SeatReturn, ...]
