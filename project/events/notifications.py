"""Events of `notifications`."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import RegistrationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedItem:
    """The state of one item as announced, and the code of its reason."""

    section: int
    state: str
    code: str = ""
    amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced(RegistrationEvent):
    """Appended when a student is notified. `kind` is decided, moved_up, passed_over, dropped,
    refused, expired, waitlist_halted, waitlist_resumed or waitlist_closed."""

    type: ClassVar[str] = "notifications.announced.v1"
    stream_of: ClassVar[tuple[str, str]] = ("announcement", "registration")
    kind: str
    items: tuple[AnnouncedItem, ...]
