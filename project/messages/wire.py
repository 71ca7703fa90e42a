"""From a wire name to its class, for everything any service says."""

from typing import Any

from project.messages import accounts, modules, notifications, payments, registration
from project.messages.fact import Fact

FACTS: dict[str, type[Fact]] = {
    said.type: said
    for service in (accounts, modules, notifications, payments, registration)
    for said in vars(service).values()
    if isinstance(said, type) and issubclass(said, Fact) and hasattr(said, "type")
}


def read_fact(*, type: str, data: dict[str, Any]) -> Fact:
    """The fact behind stored bytes. Raises ValueError for a type nobody here knows."""
    if type not in FACTS:
        raise ValueError(f"no fact is called {type}")
    return FACTS[type].from_data(data)
