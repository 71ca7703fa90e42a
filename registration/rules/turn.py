"""A queued student's turn: may they still have the seat that came free?"""

from collections.abc import Sequence
from dataclasses import dataclass

from registration.rules.schedule import Entry, entries_counting, slots_overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The queued item as it is now, and what the student has beside it in the term."""

    state: str
    entry: Entry
    beside: Sequence[Entry]
    credit_limit: int
    blocked: bool


def turn_refusal(turn: Turn) -> str:
    """The code that refuses the seat, or "" where it may be offered."""
    counting = entries_counting(turn.beside)
    if turn.state != "queued":
        return "ended"
    if turn.blocked:
        return "block"
    if any(entry.module == turn.entry.module for entry in counting):
        return "already_registered"
    if any(slots_overlap(entry.slots, turn.entry.slots) for entry in counting):
        return "clash"
    total = turn.entry.credits + sum(entry.credits for entry in counting)
    return "credit_limit" if total > turn.credit_limit and turn.entry.credits else ""
