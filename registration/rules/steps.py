"""The saga as its student sees it: a row of steps, each done, now, stopped or to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from registration.rules.eligibility import RULES_AT, Stage

Name = Literal["line", "seat", "fee", "answer"]
Mark = Literal["done", "now", "stopped", "to_come"]

WAY: tuple[Name, ...] = ("line", "seat", "fee", "answer")
_NOW: dict[str, Name] = {
    "pending": "line",
    "queued": "seat",
    "seated": "fee",
    "offered": "fee",
    "authorised": "answer",
}
# Where an item that was refused came to its end. One that another item took along, or that was
# given up, may have been anywhere: of its way only the line and the end are known.
_STOPPED_AT: dict[str, Name] = {
    **dict.fromkeys(("full", "closed_section", "unknown_section", "ended", "deadline"), "seat"),
    **dict.fromkeys((rule.code for rule in RULES_AT[Stage.OFFER]), "seat"),
    **dict.fromkeys(("account_limit", "no_rate"), "fee"),
}

Exit = Literal["module", "plan", "mine", "account"]
_EXITS: dict[str, tuple[Exit, ...]] = {
    **dict.fromkeys(("full", "closed_section", "unknown_section"), ("module", "plan")),
    **dict.fromkeys(("together", "late", "wished", "given_up", "no_refund"), ("plan",)),
    **dict.fromkeys(("clash", "credit_limit"), ("mine", "module")),
    "already_registered": ("mine",),
    "account_limit": ("account",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, and how far it is."""

    name: Name
    mark: Mark


def steps_of(*, state: str, code: str) -> tuple[Step, ...]:
    """The way of an item in that state; `code` is the reason of one that ended.

    What would have come after a stop is left out: it never will.
    """
    if state == "confirmed":
        return tuple(Step(name=name, mark="done") for name in WAY)
    if state in _NOW:
        here = WAY.index(_NOW[state])
        return tuple(Step(name=name, mark=_mark(n, here)) for n, name in enumerate(WAY))
    end = _STOPPED_AT.get(code)
    passed = WAY[: WAY.index(end)] if end else ("line",)
    done = tuple(Step(name=name, mark="done") for name in passed)
    return (*done, Step(name=end or "answer", mark="stopped"))


def steps_together(states: Sequence[str], *, is_answered: bool) -> tuple[Step, ...]:
    """The way of the whole: as far as the item that is furthest back. One that waits in a queue,
    or has ended, holds nobody up."""
    if is_answered:
        return tuple(Step(name=name, mark="done") for name in WAY)
    here = min(WAY.index("answer" if state == "queued" else _here(state)) for state in states)
    return tuple(Step(name=name, mark=_mark(n, here)) for n, name in enumerate(WAY))


def exits_of(code: str) -> tuple[Exit, ...]:
    """Where a student can go on from an item that ended for this reason."""
    return _EXITS.get(code, ())


def _here(state: str) -> Name:
    return _NOW.get(state, "answer")


def _mark(n: int, here: int) -> Mark:
    if n < here:
        return "done"
    return "now" if n == here else "to_come"
