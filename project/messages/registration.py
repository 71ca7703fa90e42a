"""What `registration` says: students, their windows and blocks, and what became of each request."""

from dataclasses import dataclass
from typing import ClassVar

from project.messages.fact import Fact, RegistrationFact


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentChanged(Fact):
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
class WindowChanged(Fact):
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
class BlockChanged(Fact):
    """Said when a bar is put on a student, reworded or lifted."""

    type: ClassVar[str] = "registration.block_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("block", "block")
    block: int
    student: int
    reason: str
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One section asked for, with what later steps need to know of it."""

    section: int
    module: str
    credits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(RegistrationFact):
    """Said by the door when a request was accepted. Starts the main flow."""

    type: ClassVar[str] = "registration.submitted.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    programme: str
    term: int
    mode: str
    on_full: str
    items: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropWished(RegistrationFact):
    """Said when a student drops an item that is not answered yet; the verdict honours it."""

    type: ClassVar[str] = "registration.drop_wished.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered(RegistrationFact):
    """Said when a queued student's turn was judged. `outcome` is offered, or with a `code` refused
    or passed_over: then the seat goes on, and the place stays."""

    type: ClassVar[str] = "registration.considered.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    programme: str
    section: int
    credits: int
    outcome: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver(RegistrationFact):
    """Said beside `Considered` when something that may change stood in the way of a queued
    student's turn, and why (`code`). Starts a flow: the seat goes on, the place in the queue stays.
    """

    type: ClassVar[str] = "registration.passed_over.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHalted(RegistrationFact):
    """Said to each student in the queue of a section that was closed: nobody is moved into it, and
    all keep their places. With `resumed` it is open again. Starts a flow that tells."""

    type: ClassVar[str] = "registration.queue_halted.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    section: int
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`state` is confirmed, queued, refused or dropped; `code` says why where it was refused."""

    section: int
    state: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(RegistrationFact):
    """Said once per flow: the answer. For: capture, announce."""

    type: ClassVar[str] = "registration.settled.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An item that is over. `was` is its state before, `code` why."""

    section: int
    was: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(RegistrationFact):
    """Said when a student gave up confirmed or queued items, or a wish was honoured after effects.
    Starts the undoing flow; of what was charged for them so much of a hundred comes back."""

    type: ClassVar[str] = "registration.dropped.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[Ended, ...]
    refund_percent: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(RegistrationFact):
    """Said when items were refused after a seat, a place or money had been taken for them.
    Starts the undoing flow."""

    type: ClassVar[str] = "registration.refused.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[Ended, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(RegistrationFact):
    """Said when items had a seat but no answer in time. Starts the undoing flow."""

    type: ClassVar[str] = "registration.expired.v1"
    stream_of: ClassVar[tuple[str, str]] = ("registration", "registration")
    items: tuple[Ended, ...]
