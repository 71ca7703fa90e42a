"""The shape of a saga: an event starts a flow, a flow is steps, each beside its compensation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from project.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link of a chain: the task, the queue whose pool runs it, and the step that undoes it.

    A step that leaves nothing behind says so: `compensation=None`.
    """

    task: str
    queue: str
    compensation: Self | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What follows when `event` happened, in order. A task occurs once: batches keep their steps by
    the tasks' names."""

    name: str
    event: type[Event]
    steps: tuple[Step, ...]


def compensations(flows: Iterable[Flow]) -> tuple[Step, ...]:
    """What undoes these flows, each step once, in the order of what they undo."""
    steps = (step.compensation for flow in flows for step in flow.steps)
    return tuple(dict.fromkeys(step for step in steps if step is not None))
