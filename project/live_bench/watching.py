"""Which student opens how many pages, and what each page watches."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from project.surge.offers import Offer
from project.surge.plan import Wish

MOST_OF_ONE = 20
BESIDE = 2
"""Sections on a page beside those its student asks for, drawn by demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """One page: `student` is its student's place among the wishes."""

    student: int
    watched: tuple[int, ...]


def pages_drawn(
    wishes: Sequence[Wish], offers: Sequence[Offer], *, connections: int, seed: int
) -> tuple[Watching, ...]:
    """So many pages, shared evenly among the students; each watches the sections its student asks
    for and a few others. Raises LookupError where that would be more than a student may open."""
    if connections > MOST_OF_ONE * len(wishes):
        raise LookupError(f"{connections} pages need {-(-connections // MOST_OF_ONE)} students")
    rng = random.Random(seed)  # noqa: S311 -- drawn, not guessed
    finite = [offer for offer in offers if offer.seats]
    sections, weights = [one.section for one in finite], [one.weight for one in finite]
    chosen = rng.sample(range(len(wishes)), min(connections, len(wishes)))
    pages = []
    for number in range(connections):
        student = chosen[number % len(chosen)]
        others = rng.choices(sections, weights=weights, k=BESIDE)
        own = set(wishes[student].sections).intersection(sections)
        pages.append(Watching(student=student, watched=tuple(sorted(own.union(others)))))
    return tuple(pages)
