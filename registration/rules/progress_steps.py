"""The progress shown to the student: a row of steps, each done, now, stopped or to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from project.events.reasons import ReasonStage
from project.events.vocabulary import ItemState

StageName = Literal["line", "seat", "fee", "answer"]
StageState = Literal["done", "now", "stopped", "to_come"]

STAGES: tuple[StageName, ...] = ("line", "seat", "fee", "answer")
_NOW: dict[ItemState, StageName] = {
    ItemState.PENDING: "line",
    ItemState.WAITLISTED: "seat",
    ItemState.SEATED: "fee",
    ItemState.OFFERED: "fee",
    ItemState.AUTHORISED: "answer",
}
# The step at which an ended item stopped. One refused with another item, or dropped, may have ended
# at any step: only its first and last steps are known.
_STOPPED_AT: dict[ReasonStage, StageName] = {ReasonStage.SEAT: "seat", ReasonStage.FEE: "fee"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressStep:
    """One step and its mark."""

    name: StageName
    mark: StageState


def progress_steps(*, state: ItemState, stage: ReasonStage | None) -> tuple[ProgressStep, ...]:
    """The steps of an item in that state; `stage` is that of the reason it ended for.

    Steps after a stop are left out: they will not happen.
    """
    if state == ItemState.CONFIRMED:
        return tuple(ProgressStep(name=name, mark="done") for name in STAGES)
    if state in _NOW:
        here = STAGES.index(_NOW[state])
        return tuple(ProgressStep(name=name, mark=_mark(n, here)) for n, name in enumerate(STAGES))
    end = _STOPPED_AT.get(stage) if stage else None
    passed = STAGES[: STAGES.index(end)] if end else ("line",)
    done = tuple(ProgressStep(name=name, mark="done") for name in passed)
    return (*done, ProgressStep(name=end or "answer", mark="stopped"))


def combined_steps(states: Sequence[ItemState], *, is_decided: bool) -> tuple[ProgressStep, ...]:
    """The steps of a registration: those of its least advanced item. A waitlisted or ended item
    does not hold the others back."""
    if is_decided:
        return tuple(ProgressStep(name=name, mark="done") for name in STAGES)
    here = min(
        STAGES.index("answer" if state == ItemState.WAITLISTED else _here(state))
        for state in states
    )
    return tuple(ProgressStep(name=name, mark=_mark(n, here)) for n, name in enumerate(STAGES))


def _here(state: ItemState) -> StageName:
    return _NOW.get(state, "answer")


def _mark(n: int, here: int) -> StageState:
    if n < here:
        return "done"
    return "now" if n == here else "to_come"
