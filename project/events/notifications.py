"""Events of `notifications`."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import RegistrationEvent
from project.events.reasons import Reason
from project.events.vocabulary import AnnouncementKind, ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedItem:
    """The state of one item as announced, and the code of its reason."""

    section: int
    state: ItemState
    code: Reason | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced(RegistrationEvent):
    """Appended when a student is notified."""

    type: ClassVar[str] = "notifications.announced.v1"
    stream_of: ClassVar[tuple[str, str]] = ("announcement", "registration")
    kind: AnnouncementKind
    items: tuple[AnnouncedItem, ...]
