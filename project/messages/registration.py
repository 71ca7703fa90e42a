"""What `registration` says: students, their windows and blocks, and what became of each request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from project.messages.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentChanged(Fact):
    """Said when a student is admitted or edited. For: payments, which opens an account.

    `student` is the user's id, `transcript` the codes of the modules passed.
    """

    type: ClassVar[str] = "registration.student_changed.v1"
    student: int
    programme: str
    year: int
    credit_limit: int
    transcript: tuple[str, ...] = ()

    @property
    def stream(self) -> str:
        return f"student:{self.student}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowChanged(Fact):
    """Said when a registration window is set. Times are ISO 8601 in UTC; programme "" and year
    None mean everyone; `removed` closes it for good."""

    type: ClassVar[str] = "registration.window_changed.v1"
    window: int
    term: int
    opens_at: str
    closes_at: str
    programme: str = ""
    year: int | None = None
    removed: bool = False

    @property
    def stream(self) -> str:
        return f"window:{self.window}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockChanged(Fact):
    """Said when a bar is put on a student, reworded or lifted."""

    type: ClassVar[str] = "registration.block_changed.v1"
    block: int
    student: int
    reason: str
    lifted: bool = False

    @property
    def stream(self) -> str:
        return f"block:{self.block}"


def _item_keys(student: int, sections: Iterable[int]) -> tuple[str, ...]:
    """Two facts about one student's place in one section never change places."""
    return tuple(f"item:{section}/{student}" for section in sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One section asked for, with what later steps need to know of it."""

    section: int
    module: str
    credits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Fact):
    """Said by the door when a request was accepted. Starts the main flow."""

    type: ClassVar[str] = "registration.submitted.v1"
    registration: str
    student: int
    programme: str
    term: int
    mode: str
    on_full: str
    items: tuple[Asked, ...]

    @property
    def stream(self) -> str:
        return f"registration:{self.registration}"

    def touches(self) -> tuple[str, ...]:
        return _item_keys(self.student, (item.section for item in self.items))


@dataclass(frozen=True, slots=True, kw_only=True)
class DropWished(Fact):
    """Said when a student drops an item that is not answered yet; the verdict honours it."""

    type: ClassVar[str] = "registration.drop_wished.v1"
    registration: str
    student: int
    section: int

    @property
    def stream(self) -> str:
        return f"registration:{self.registration}"

    def touches(self) -> tuple[str, ...]:
        return _item_keys(self.student, [self.section])


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered(Fact):
    """Said when a queued student's turn was judged. `outcome` is offered or refused (`code`)."""

    type: ClassVar[str] = "registration.considered.v1"
    registration: str
    student: int
    programme: str
    section: int
    credits: int
    outcome: str
    code: str = ""

    @property
    def stream(self) -> str:
        return f"registration:{self.registration}"

    def touches(self) -> tuple[str, ...]:
        return _item_keys(self.student, [self.section])


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`state` is confirmed, queued, refused or dropped; `code` says why where it was refused."""

    section: int
    state: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Fact):
    """Said once per flow: the answer. For: capture, announce."""

    type: ClassVar[str] = "registration.settled.v1"
    registration: str
    student: int
    items: tuple[Verdict, ...]

    @property
    def stream(self) -> str:
        return f"registration:{self.registration}"

    def touches(self) -> tuple[str, ...]:
        return _item_keys(self.student, (item.section for item in self.items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An item that is over. `was` is its state before, `code` why."""

    section: int
    was: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(Fact):
    """Said when a student gave up confirmed or queued items, or a wish was honoured after effects.
    Starts the undoing flow."""

    type: ClassVar[str] = "registration.dropped.v1"
    registration: str
    student: int
    items: tuple[Ended, ...]

    @property
    def stream(self) -> str:
        return f"registration:{self.registration}"

    def touches(self) -> tuple[str, ...]:
        return _item_keys(self.student, (item.section for item in self.items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Fact):
    """Said when items were refused after a seat, a place or money had been taken for them.
    Starts the undoing flow."""

    type: ClassVar[str] = "registration.refused.v1"
    registration: str
    student: int
    items: tuple[Ended, ...]

    @property
    def stream(self) -> str:
        return f"registration:{self.registration}"

    def touches(self) -> tuple[str, ...]:
        return _item_keys(self.student, (item.section for item in self.items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Fact):
    """Said when items had a seat but no answer in time. Starts the undoing flow."""

    type: ClassVar[str] = "registration.expired.v1"
    registration: str
    student: int
    items: tuple[Ended, ...]

    @property
    def stream(self) -> str:
        return f"registration:{self.registration}"

    def touches(self) -> tuple[str, ...]:
        return _item_keys(self.student, (item.section for item in self.items))
