"""The sections that can be requested, with meetings, prerequisites and demand. Pure."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from project.events.modules import Clause, Meeting

SEATS_PER_REQUEST = {"demand": 0.98, "size": 0.85}
"""Above this a catalogue is too large for its students to fill. With a demand file some sections
are far oversubscribed; by size demand is even, so there have to be fewer seats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledSection:
    """One section of the term. `weight` is its demand; `seats` None = unlimited."""

    id: int
    module: str
    credit_quarters: int
    seats: int | None
    weight: float
    meetings: tuple[Meeting, ...] = ()
    requires: tuple[Clause, ...] = ()


def conflict(one: PooledSection, other: PooledSection) -> bool:
    """Whether any meeting of one overlaps any of the other: weekly on a day, dated on a date."""
    return any(_overlap(a, b) for a in one.meetings for b in other.meetings)


def _overlap(a: Meeting, b: Meeting) -> bool:
    if (a.day, a.date) != (b.day, b.date):
        return False
    return a.start < b.end and b.start < a.end


def transcript_for(chosen: Sequence[PooledSection]) -> tuple[str, ...] | None:
    """Modules to have passed before requesting these; None if one would have to be both passed
    and requested."""
    asked = {section.module for section in chosen}
    passed: set[str] = set()
    for clause in (clause for section in chosen for clause in section.requires):
        if passed.intersection(clause.any_of) or asked.intersection(clause.together):
            continue
        missing = [code for code in clause.any_of if code not in asked]
        if not missing:
            return None
        passed.add(missing[0])
    return tuple(sorted(passed))


def limit_supply(
    pool: Iterable[PooledSection], *, seats: float, seed: int
) -> tuple[PooledSection, ...]:
    """Sections with that many seats in total, of at least a dozen modules; all if there are no
    more. A few hundred students in a thousand sections would be no surge."""
    shuffled = sorted(pool, key=lambda section: section.id)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 -- drawn, not guessed
    kept: list[PooledSection] = []
    found = 0
    for section in shuffled:
        if found >= seats and len({section.module for section in kept}) >= 12:
            break
        kept.append(section)
        found += section.seats or 0
    return tuple(kept)
