"""What `registration` says: students, their windows and blocks, and what became of each request."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import Event, RegistrationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentChanged(Event):
    """Said when a student is admitted or edited. For: payments, which opens an account.

    `student` is the user's id, `transcript` the codes of the modules passed.
    """

    type: ClassVar[str] = "registration.student_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("student", "student")
    student: int
    programme: str
    year: int
    credit_limit: int
    transcript: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowChanged(Event):
    """Said when a registration window is set. Times are ISO 8601 in UTC; programme "" and year
    None mean everyone; `removed` closes it for good."""

    type: ClassVar[str] = "registration.window_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("window", "window")
    window: int
    term: int
    opens_at: str
    closes_at: str
    programme: str = ""
    year: int | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockChanged(Event):
    """Said when a bar is put on a student, reworded or lifted."""

    type: ClassVar[str] = "registration.block_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("block", "block")
    block: int
    student: int
    reason: str
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedItem:
    """One section asked for, with what later steps need to know of it."""

    section: int
    module: str
    credits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(RegistrationEvent):
    """Said by the door when a request was accepted. Starts the main flow."""

    type: ClassVar[str] = "registration.submitted.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    programme: str
    term: int
    mode: str
    on_full: str
    items: tuple[RequestedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRequested(RegistrationEvent):
    """Said when a student drops an item that is not answered yet; the verdict honours it."""

    type: ClassVar[str] = "registration.drop_requested.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEvaluated(RegistrationEvent):
    """Said when a waitlisted student's turn was judged. `outcome` is offered, or with a `code`
    refused or passed_over: then the seat goes on, and the place stays."""

    type: ClassVar[str] = "registration.offer_evaluated.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    programme: str
    section: int
    credits: int
    outcome: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver(RegistrationEvent):
    """Said beside `OfferEvaluated` when something that may change stood in the way of a waitlisted
    student's turn, and why (`code`). Starts a flow: the seat goes on, the place in the queue stays.
    """

    type: ClassVar[str] = "registration.passed_over.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistHalted(RegistrationEvent):
    """Said to each student in the queue of a section that was closed: nobody is moved into it, and
    all keep their places. With `resumed` it is open again. Starts a flow that tells."""

    type: ClassVar[str] = "registration.waitlist_halted.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedItem:
    """`state` is confirmed, waitlisted, refused or dropped; `code` says why where it was
    refused."""

    section: int
    state: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(RegistrationEvent):
    """Said once per flow: the answer. For: capture, announce."""

    type: ClassVar[str] = "registration.decided.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[DecidedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedItem:
    """An item that is over. `was` is its state before, `code` why."""

    section: int
    was: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(RegistrationEvent):
    """Said when a student gave up confirmed or waitlisted items, or a wish was honoured after
    effects. Starts the undoing flow; of what was charged for them so much of a hundred comes
    back."""

    type: ClassVar[str] = "registration.dropped.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[EndedItem, ...]
    refund_percent: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(RegistrationEvent):
    """Said when items were refused after a seat, a place or money had been taken for them.
    Starts the undoing flow."""

    type: ClassVar[str] = "registration.refused.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[EndedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(RegistrationEvent):
    """Said when items had a seat but no answer in time. Starts the undoing flow."""

    type: ClassVar[str] = "registration.expired.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[EndedItem, ...]
