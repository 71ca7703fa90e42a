"""Events of `project.accounts`: changes to a person's own account."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetRequested(Event):
    """Appended when somebody asks for a new password. For: notifications, which sends an email to
    `person`, the user's id; None if no user has the address that was entered."""

    type: ClassVar[str] = "accounts.password_reset_requested.v1"
    stream_of: ClassVar[tuple[str, str]] = ("password", "request")
    request: str
    person: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailReplaced(Event):
    """Appended when a person changes their email address. For: notifications, which sends an email
    to the previous address; `previous` is the id of its row."""

    type: ClassVar[str] = "accounts.email_replaced.v1"
    stream_of: ClassVar[tuple[str, str]] = ("address", "person")
    person: int
    previous: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    """Appended when a person's name, addresses or language were changed, by a file, by staff or by
    themselves. `digest` is a keyed digest of the new values."""

    type: ClassVar[str] = "accounts.person_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("person", "person")
    person: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Event):
    """Appended when staff invite a person to set a password. For: notifications, which sends the
    link `after` seconds later, so that thousands go out at a stated pace."""

    type: ClassVar[str] = "accounts.invited.v1"
    stream_of: ClassVar[tuple[str, str]] = ("person", "person")
    person: int
    after: int = 0
