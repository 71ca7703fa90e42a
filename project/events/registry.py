"""The class of each wire name, for the events of every app."""

from typing import Any

from project.events import accounts, modules, notifications, payments, registration
from project.events.base import Event

EVENT_TYPES: dict[str, type[Event]] = {
    kind.type: kind
    for module in (accounts, modules, notifications, payments, registration)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Event) and hasattr(kind, "type")
}


def read_event(*, type: str, data: dict[str, Any]) -> Event:
    """Read an event from its stored data. Raises ValueError for an unknown type."""
    if type not in EVENT_TYPES:
        raise ValueError(f"no event is called {type}")
    return EVENT_TYPES[type].from_data(data)
