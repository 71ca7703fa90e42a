"""What `project.accounts` says: what happened to a person's own account."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetRequested(Event):
    """Said when somebody gave a mail address for a new password. For: notifications, which writes
    to `person`, the user's id. Where nobody has the address it is said of None."""

    type: ClassVar[str] = "accounts.password_reset_requested.v1"
    stream_of: ClassVar[tuple[str, str]] = ("password", "request")
    request: str
    person: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailReplaced(Event):
    """Said when a person took another mail address. For: notifications, which tells the one that
    they had; `former` is its row's id."""

    type: ClassVar[str] = "accounts.email_replaced.v1"
    stream_of: ClassVar[tuple[str, str]] = ("address", "person")
    person: int
    previous: int
