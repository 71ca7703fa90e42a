"""From a wire name to its class, for everything any service says."""

from typing import Any

from project.events import accounts, modules, notifications, payments, registration
from project.events.base import Event

EVENT_TYPES: dict[str, type[Event]] = {
    said.type: said
    for service in (accounts, modules, notifications, payments, registration)
    for said in vars(service).values()
    if isinstance(said, type) and issubclass(said, Event) and hasattr(said, "type")
}


def read_event(*, type: str, data: dict[str, Any]) -> Event:
    """The event behind stored bytes. Raises ValueError for a type nobody here knows."""
    if type not in EVENT_TYPES:
        raise ValueError(f"no event is called {type}")
    return EVENT_TYPES[type].from_data(data)
