"""What each page should be told, and what of it came. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

Pair = tuple[int | None, int]
"""Free seats (None: unlimited) and students waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What there was to tell: of each section that changed its final state, and of each student's
    registrations when the last news of it was told (infinity: nobody ever told)."""

    seats: Mapping[int, Pair]
    moved: Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a page watched and what it was told: the last state of each section, and of each
    registration when the newest of the news in its last message was told."""

    student: int
    watched: frozenset[int]
    seats: Mapping[int, Pair]
    moved: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCount:
    """Each pair of a page and a section that changed, and of a page and a registration of its
    student, counts once. `examples` names some that are missing."""

    delivered: int
    missing: int
    examples: tuple[str, ...] = ()


def count_delivery(pages: Sequence[Received], expected: Expected) -> DeliveryCount:
    """Hold what came against what was expected."""
    missing = [words for page in pages for words in _missing(page, expected)]
    return DeliveryCount(
        delivered=sum(_how_many(page, expected) for page in pages) - len(missing),
        missing=len(missing),
        examples=tuple(missing[:5]),
    )


def expected_from(
    *,
    before: Mapping[int, Pair],
    after: Mapping[int, Pair],
    accepted: Iterable[tuple[int, str]],
    told: Mapping[str, float],
) -> Expected:
    """What there was to tell, from the seats as the site showed them before and after, which
    registration of whom was accepted, and when the last news of each was told."""
    moved: dict[int, dict[str, float]] = {}
    for student, registration in accepted:
        moved.setdefault(student, {})[registration] = told.get(registration, inf)
    changed = {section: pair for section, pair in after.items() if before.get(section) != pair}
    return Expected(seats=changed, moved=moved)


def _how_many(page: Received, expected: Expected) -> int:
    return len(page.watched & expected.seats.keys()) + len(expected.moved.get(page.student, ()))


def _missing(page: Received, expected: Expected) -> Iterable[str]:
    for section in sorted(page.watched & expected.seats.keys()):
        if page.seats.get(section) != expected.seats[section]:
            told = page.seats.get(section)
            yield f"section {section} is {expected.seats[section]}, a page was told {told}"
    for registration, last in expected.moved.get(page.student, {}).items():
        if page.moved.get(registration, -inf) < last:
            yield f"registration {registration}: its student's page was not told the last news"
