"""Events of `modules`: the catalogue, and which student has which seat."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import Event, RegistrationEvent
from project.events.reasons import Reason
from project.events.vocabulary import Released, SeatOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of a term with a name, the first and the last: ISO dates. A break, on which no weekly
    meeting is held (a holiday, a reading week), or a part of the term (first half)."""

    name: str
    starts_on: str
    ends_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermChanged(Event):
    """Appended when a term is created or edited. For: registration's catalogue.

    `starts_on` and `ends_on` are ISO dates. Seats are offered to waitlists until `add_until`; a
    student may drop until `drop_until`, and the fee is refunded until `refund_until`: times in ISO
    8601, UTC. None where not set. Students see nothing of a draft; of a paused term nobody can
    register for a section, and its waitlists stand. On `breaks` no weekly meeting is held; sections
    may follow the days of `parts`.
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
    is_draft: bool = False
    is_paused: bool = False
    breaks: tuple[Period, ...] = ()
    parts: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One requirement: any of `any_of` passed before, or any of `together` taken at the same time.

    `together` is the part of `any_of` that requires this module in turn (a cycle).
    """

    any_of: tuple[str, ...]
    together: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleChanged(Event):
    """Appended when a module is created or edited. For: registration's catalogue and rules.

    Every clause of `requires` is enforced; `requirement_note` is requirement text that is not. Its
    credits are in quarters, `credit_quarters_max` the most where a student may choose.
    """

    type: ClassVar[str] = "modules.module_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("module", "module")
    module: int
    code: str
    title: str
    credit_quarters: int
    credit_quarters_max: int | None = None
    department: str = ""
    requires: tuple[Clause, ...] = ()
    requirement_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting, weekly (`day` 0 = Monday … 6) or dated (`date` ISO). Minutes since midnight; an
    `end` after 1440 is on the next day. `number` stays with it through changes; 0 in events from
    before."""

    kind: str
    start: int
    end: int
    day: int | None = None
    date: str | None = None
    room: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChanged(Event):
    """Appended when a section is created or edited. For: registration's catalogue, and seat
    allocation, which offers new seats to the waitlist. `seats` None = unlimited, 0 = closed.

    With `credit_quarters_max` the student chooses from `credit_quarters` to there.

    Weekly meetings are held from `starts_on` to `ends_on`, ISO dates; None is the term's own. With
    `part` these are the days of that part of the term.
    """

    type: ClassVar[str] = "modules.section_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("section", "section")
    section: int
    term: int
    module: int
    module_code: str
    code: str
    seats: int | None
    credit_quarters: int
    credit_quarters_max: int | None = None
    is_open: bool = True
    meetings: tuple[Meeting, ...] = ()
    instructor: str = ""
    starts_on: str | None = None
    ends_on: str | None = None
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged(Event):
    """Appended when the capacity of a room is set. For: warnings before staff save a section."""

    type: ClassVar[str] = "modules.room_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("room", "room")
    room: int
    name: str
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDecision:
    """The result of seat allocation for one section. `outcome` is seated, waitlisted or refused
    (then `code` is the reason). `seat` is None where seats are unlimited; `fencing_token` grows
    with every allocation; the waitlist is ordered by `position`."""

    section: int
    outcome: SeatOutcome
    seat: int | None = None
    position: int | None = None
    fencing_token: int | None = None
    code: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsDecided(RegistrationEvent):
    """Appended by seat allocation, once per submission, in order of position. For: authorise,
    decide."""

    type: ClassVar[str] = "modules.seats_decided.v1"
    stream_of: ClassVar[tuple[str, str]] = ("seats", "registration")
    items: tuple[SeatDecision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOffered(RegistrationEvent):
    """Appended when a seat is offered to the first student on the waitlist; it is reserved for them
    while the offer is evaluated. Starts the flow of the offer."""

    type: ClassVar[str] = "modules.seat_offered.v1"
    stream_of: ClassVar[tuple[str, str]] = ("seats", "registration")
    section: int
    seat: int | None
    fencing_token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReturn:
    """One released section. `was` is allocated (then with `seat` and `fencing_token`), waiting, or
    nothing (a tombstone). With passed_over the seat is released and the waitlist position kept."""

    section: int
    was: Released
    seat: int | None = None
    fencing_token: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsReleased(RegistrationEvent):
    """Appended when seats or waitlist positions are released. For: readers of availability."""

    type: ClassVar[str] = "modules.seats_released.v1"
    stream_of: ClassVar[tuple[str, str]] = ("seats", "registration")
    items: tuple[SeatReturn, ...]
