"""The shape of a saga: a fact starts a flow, a flow is steps, a step has its undo."""

from dataclasses import dataclass

from project.messages.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link of a chain: the task, the queue whose pool runs it, and the task that undoes it."""

    task: str
    queue: str
    undo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What follows when `fact` happened, in order."""

    name: str
    fact: type[Fact]
    steps: tuple[Step, ...]
