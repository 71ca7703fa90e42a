"""What a pool can be asked to do: each task's work, by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.events.base import Event

Handler = Callable[[Sequence[int]], Iterable[int] | None]
Touches = Callable[[Sequence[int]], Mapping[int, frozenset[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """One task: it does `handler` for events by id, and returns those that must wait.

    With a `cursor` it takes everything of `events` that comes after it in the line, `window` at a
    time, and is the only one who does; without, it takes the events of one batch. `touches` gives
    for events, in their order, what each of them is about: what must wait keeps what touches the
    same behind it. None where that order does not count.
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
        """Wire names of what it reads from the line."""
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
    """Make the work known under its task name; a name belongs to one work."""
    if consumer.task in CONSUMERS:
        raise ValueError(f"two works are called {consumer.task}")
    CONSUMERS[consumer.task] = consumer
    return consumer
