"""Events of `registration`: students, their windows and blocks, and the course of each request."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import Event, RegistrationEvent
from project.events.modules import Meeting
from project.events.reasons import Reason
from project.events.vocabulary import DropKind, ItemState, Mode, OfferOutcome, OnFull


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChanged(Event):
    """Appended when something that students are classified by is added, renamed or retired: a
    programme (`years` is how many it has), a level, standing, campus or group. Its id is kind and
    code, such as programme:NURS."""

    type: ClassVar[str] = "registration.category_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("category", "category")
    category: str
    kind: str
    code: str
    name: str
    years: int | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentChanged(Event):
    """Appended when a student is admitted or edited. For: payments, which opens an account.

    `student` is the user's id; programme, level, campus and groups are codes of categories.
    `digest` is a keyed digest of what the registry keeps of the person beside this: standing,
    adviser, credits earned, transcript. `has_left` keeps a student who has left as one.
    """

    type: ClassVar[str] = "registration.student_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("student", "student")
    student: int
    programme: str
    year: int
    credit_limit_quarters: int
    level: str = ""
    campus: str = ""
    groups: tuple[str, ...] = ()
    has_left: bool = False
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentLeft(Event):
    """Appended when a student's studies end. Starts a flow that drops what they have. A later
    `StudentChanged` without `has_left` says that they are back."""

    type: ClassVar[str] = "registration.student_left.v1"
    stream_of: ClassVar[tuple[str, str]] = ("student", "student")
    student: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowChanged(Event):
    """Appended when a registration window is set. Times are ISO 8601 in UTC; a category "" and year
    None mean everyone; `removed` closes it for good."""

    type: ClassVar[str] = "registration.window_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("window", "window")
    window: int
    term: int
    opens_at: str
    closes_at: str
    programme: str = ""
    year: int | None = None
    level: str = ""
    campus: str = ""
    group: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockChanged(Event):
    """Appended when a block is placed on a student, reworded or lifted. `digest` is a keyed digest
    of its reason and of the office to see, which stay with the registry."""

    type: ClassVar[str] = "registration.block_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("block", "block")
    block: int
    student: int
    digest: str
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedItem:
    """One requested section, with its module and credits, which eligibility and fees depend on."""

    section: int
    module: str
    credit_quarters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(RegistrationEvent):
    """Appended when a submission is accepted. Starts the main flow."""

    type: ClassVar[str] = "registration.submitted.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    programme: str
    term: int
    mode: Mode
    on_full: OnFull
    items: tuple[RequestedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRequested(RegistrationEvent):
    """Appended when a student drops an item that is not decided yet; the decision honours it."""

    type: ClassVar[str] = "registration.drop_requested.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEvaluated(RegistrationEvent):
    """Appended when an offer to a waitlisted student was checked against the rules. `outcome` is
    offered, or with a `code` refused or passed_over: then the next student gets the offer, and
    this one keeps the waitlist position."""

    type: ClassVar[str] = "registration.offer_evaluated.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    programme: str
    section: int
    credit_quarters: int
    outcome: OfferOutcome
    code: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver(RegistrationEvent):
    """Appended with `OfferEvaluated` when a waitlisted student cannot take an offer for a reason
    that may change (`code`). Starts a flow: the seat is offered to the next student, and this one
    keeps the waitlist position."""

    type: ClassVar[str] = "registration.passed_over.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int
    code: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistHalted(RegistrationEvent):
    """Appended for each student on the waitlist of a section that was closed: no offers are made,
    and all keep their waitlist positions. With `resumed` it is open again. Starts a flow that
    notifies the student."""

    type: ClassVar[str] = "registration.waitlist_halted.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDescription:
    """What students know a section by: its name, and when and where it meets."""

    name: str
    meetings: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedItem:
    """An item whose section was renamed, moved or given another room; `state` is the item's."""

    section: int
    state: ItemState
    was: SectionDescription
    now: SectionDescription


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionsMoved(RegistrationEvent):
    """Appended for each registration with sections that staff or an import renamed, moved or gave
    another room. Starts a flow that notifies the student."""

    type: ClassVar[str] = "registration.sections_moved.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[MovedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedItem:
    """The decision on one item. `state` is confirmed, waitlisted, refused or dropped; `code` is the
    reason of a refusal."""

    section: int
    state: ItemState
    code: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(RegistrationEvent):
    """Appended once per flow, with its decision. For: capture, announce."""

    type: ClassVar[str] = "registration.decided.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[DecidedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedItem:
    """An item that has ended. `was` is its state before, `code` the reason."""

    section: int
    was: ItemState
    code: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(RegistrationEvent):
    """Appended when a student drops confirmed or waitlisted items, or when a drop request is
    honoured after seats or money had been taken; or when the registry drops them for a student who
    has left (`kind`). Starts the compensation flow; `refund_percent` of what was charged is
    refunded."""

    type: ClassVar[str] = "registration.dropped.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[EndedItem, ...]
    refund_percent: int = 100
    kind: DropKind = DropKind.STUDENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(RegistrationEvent):
    """Appended when items are refused after a seat, a waitlist position or money had been taken for
    them. Starts the compensation flow."""

    type: ClassVar[str] = "registration.refused.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[EndedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(RegistrationEvent):
    """Appended when items had a seat but no decision in time. Starts the compensation flow."""

    type: ClassVar[str] = "registration.expired.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[EndedItem, ...]
