"""What was due to each page, and what of it came. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

Pair = tuple[int | None, int]
"""Free seats (None: unlimited) and students waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What there was to tell: of each section that changed its final state, and of each student's
    registrations when the last news of it was told (infinity: nobody ever told)."""

    seats: Mapping[int, Pair]
    moved: Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a page watched and what it was told: the last state of each section, and of each
    registration when the newest of the news in its last message was told."""

    student: int
    watched: frozenset[int]
    seats: Mapping[int, Pair]
    moved: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Each pair of a page and a section that changed, and of a page and a registration of its
    student, counts once. `examples` names some that are missing."""

    delivered: int
    missing: int
    examples: tuple[str, ...] = ()


def counted(pages: Sequence[Heard], due: Due) -> Count:
    """Hold what came against what was due."""
    missing = [lack for page in pages for lack in _lacks(page, due)]
    return Count(
        delivered=sum(_how_many(page, due) for page in pages) - len(missing),
        missing=len(missing),
        examples=tuple(missing[:5]),
    )


def due_of(
    *,
    before: Mapping[int, Pair],
    after: Mapping[int, Pair],
    accepted: Iterable[tuple[int, str]],
    told: Mapping[str, float],
) -> Due:
    """What there was to tell, from the seats as the site showed them before and after, which
    registration of whom was accepted, and when the last news of each was told."""
    moved: dict[int, dict[str, float]] = {}
    for student, registration in accepted:
        moved.setdefault(student, {})[registration] = told.get(registration, inf)
    changed = {one: pair for one, pair in after.items() if before.get(one) != pair}
    return Due(seats=changed, moved=moved)


def _how_many(page: Heard, due: Due) -> int:
    return len(page.watched & due.seats.keys()) + len(due.moved.get(page.student, ()))


def _lacks(page: Heard, due: Due) -> Iterable[str]:
    for section in sorted(page.watched & due.seats.keys()):
        if page.seats.get(section) != due.seats[section]:
            told = page.seats.get(section)
            yield f"section {section} is {due.seats[section]}, a page was told {told}"
    for registration, last in due.moved.get(page.student, {}).items():
        if page.moved.get(registration, -inf) < last:
            yield f"registration {registration}: its student's page was not told the last news"
