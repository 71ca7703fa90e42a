"""The shape of a saga: an event starts a flow of steps, each declared with its compensation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from project.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link of a chain: the task, the queue whose pool runs it, and its compensation.

    A step that leaves nothing to compensate declares `compensation=None`.
    """

    task: str
    queue: str
    compensation: Self | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The steps that follow `event`, in order. A task occurs only once, because batches store their
    steps by task name."""

    name: str
    event: type[Event]
    steps: tuple[Step, ...]


def compensations(flows: Iterable[Flow]) -> tuple[Step, ...]:
    """The compensations of these flows, each once, in the order of the steps they compensate."""
    steps = (step.compensation for flow in flows for step in flow.steps)
    return tuple(dict.fromkeys(step for step in steps if step is not None))
