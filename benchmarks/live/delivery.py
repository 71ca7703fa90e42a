"""The updates each page should receive, and those it did. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

Pair = tuple[int | None, int]
"""Free seats (None: unlimited) and students waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The expected updates: the final state of each section that changed, and for each registration
    of a student the time of its last update (infinity: none was published)."""

    seats: Mapping[int, Pair]
    moved: Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a page watched and received: the last state of each section, and for each registration
    the time of the newest update in its last message."""

    student: int
    watched: frozenset[int]
    seats: Mapping[int, Pair]
    moved: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCount:
    """Each pair of a page and a changed section, and of a page and a registration of its
    student, counts once. `examples` names some that are missing."""

    delivered: int
    missing: int
    examples: tuple[str, ...] = ()


def count_delivery(pages: Sequence[Received], expected: Expected) -> DeliveryCount:
    """Compare what was received with what was expected."""
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
    published: Mapping[str, float],
) -> Expected:
    """The updates to expect, from the seats before and after, the accepted registrations with their
    students, and the time of the last update published for each."""
    moved: dict[int, dict[str, float]] = {}
    for student, registration in accepted:
        moved.setdefault(student, {})[registration] = published.get(registration, inf)
    changed = {section: pair for section, pair in after.items() if before.get(section) != pair}
    return Expected(seats=changed, moved=moved)


def _how_many(page: Received, expected: Expected) -> int:
    return len(page.watched & expected.seats.keys()) + len(expected.moved.get(page.student, ()))


def _missing(page: Received, expected: Expected) -> Iterable[str]:
    for section in sorted(page.watched & expected.seats.keys()):
        if page.seats.get(section) != expected.seats[section]:
            received = page.seats.get(section)
            yield f"section {section} is {expected.seats[section]}, a page received {received}"
    for registration, last in expected.moved.get(page.student, {}).items():
        if page.moved.get(registration, -inf) < last:
            yield f"registration {registration}: its student's page did not receive the last update"
