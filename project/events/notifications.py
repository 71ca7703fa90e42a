"""What `notifications` says."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import RegistrationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedItem:
    """What became of one item: its state, and the code behind it."""

    section: int
    state: str
    code: str = ""
    amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced(RegistrationEvent):
    """Said when a student was told. `kind` is answered, moved_up, passed_over, dropped, refused,
    expired, waitlist_halted, waitlist_resumed or waitlist_closed."""

    type: ClassVar[str] = "notifications.announced.v1"
    stream_of: ClassVar[tuple[str, str]] = ("announcement", "registration")
    kind: str
    items: tuple[AnnouncedItem, ...]
