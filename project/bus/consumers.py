"""The consumers of this process, by task name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.events.base import Event

Handler = Callable[[Sequence[int]], Iterable[int] | None]
Touches = Callable[[Sequence[int]], Mapping[int, frozenset[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """One task: it calls `handler` with event ids, which returns those that must be tried later.

    With a `cursor` it is the only reader of the events of types `events` after the cursor, `window`
    at a time; without, it takes the events of one batch. `touches` maps events, in their order, to
    the keys they touch: an event waits while an earlier one with a key in common waits. None if
    that order does not matter.
    """

    task: str
    queue: str
    handler: Handler
    cursor: str = ""
    events: tuple[type[Event], ...] = ()
    window: int = 400
    touches: Touches | None = None

    @property
    def types(self) -> list[str]:
        """Wire names of the events it reads by its cursor."""
        return [event.type for event in self.events]

    @property
    def tasks(self) -> list[str]:
        """This task and those that share its cursor."""
        sharing = [
            one.task for one in CONSUMERS.values() if self.cursor and one.cursor == self.cursor
        ]
        return [self.task, *(task for task in sharing if task != self.task)]


CONSUMERS: dict[str, Consumer] = {}


def register(consumer: Consumer) -> Consumer:
    """Register a consumer under its task name. Raises ValueError if the name is taken."""
    if consumer.task in CONSUMERS:
        raise ValueError(f"two consumers are called {consumer.task}")
    CONSUMERS[consumer.task] = consumer
    return consumer
