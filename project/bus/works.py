"""What a pool can be asked to do: each task's work, by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.messages.fact import Fact

Handler = Callable[[Sequence[int]], Iterable[int] | None]
Touches = Callable[[Sequence[int]], Mapping[int, frozenset[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One task: it does `handler` for facts by id, and returns those that must wait.

    With a `cursor` it takes everything of `facts` that comes after it in the line, `window` at a
    time, and is the only one who does; without, it takes the facts of one batch. `touches` gives
    for facts, in their order, what each of them is about: what must wait keeps what touches the
    same behind it. None where that order does not count.
    """

    task: str
    queue: str
    handler: Handler
    cursor: str = ""
    facts: tuple[type[Fact], ...] = ()
    window: int = 400
    touches: Touches | None = None

    @property
    def types(self) -> list[str]:
        """Wire names of what it reads from the line."""
        return [fact.type for fact in self.facts]

    @property
    def tasks(self) -> list[str]:
        """This task and those that share its cursor."""
        sharing = [one.task for one in works.values() if self.cursor and one.cursor == self.cursor]
        return [self.task, *(task for task in sharing if task != self.task)]


works: dict[str, Work] = {}


def register(work: Work) -> Work:
    """Make the work known under its task name; a name belongs to one work."""
    if work.task in works:
        raise ValueError(f"two works are called {work.task}")
    works[work.task] = work
    return work
