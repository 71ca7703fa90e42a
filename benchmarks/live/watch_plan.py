"""Which student opens how many pages, and what each page watches."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.errors import BenchmarkFailed
from benchmarks.surge.scenario import StudentScript
from benchmarks.surge.section_pool import PooledSection

MOST_OF_ONE = 20
BESIDE = 2
"""Sections on a page besides those its student requests, drawn by demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPage:
    """One page: `student` is the index of its student's script."""

    student: int
    watched: tuple[int, ...]


def plan_pages(
    scripts: Sequence[StudentScript], pool: Sequence[PooledSection], *, connections: int, seed: int
) -> tuple[PlannedPage, ...]:
    """So many pages, shared evenly among the students; each watches the sections its student
    requests and a few others. Raises BenchmarkFailed if a student may not open that many."""
    if connections > MOST_OF_ONE * len(scripts):
        raise BenchmarkFailed(
            f"{connections} pages need {-(-connections // MOST_OF_ONE)} students: give more."
        )
    rng = random.Random(seed)  # noqa: S311 -- drawn, not guessed
    finite = [section for section in pool if section.seats]
    sections, weights = [section.id for section in finite], [section.weight for section in finite]
    chosen = rng.sample(range(len(scripts)), min(connections, len(scripts)))
    pages = []
    for number in range(connections):
        student = chosen[number % len(chosen)]
        others = rng.choices(sections, weights=weights, k=BESIDE)
        own = set(scripts[student].sections).intersection(sections)
        pages.append(PlannedPage(student=student, watched=tuple(sorted(own.union(others)))))
    return tuple(pages)
