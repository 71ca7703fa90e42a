"""What each student requests, and when: drawn from a seed, the same every time. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.surge.invalid_requests import InvalidRequests
from benchmarks.surge.sampling import Sampler
from benchmarks.surge.section_pool import PooledSection, transcript_for

INVALID_SHARE = 0.05
DROPPING = 0.05
QUEUEING = 0.8
FOLLOWED = 200
MEAN_SECTIONS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentScript:
    """One student's day. `kind` is "allowed", or what is invalid about it; `at` the second at
    which it is sent; `drop_after` seconds after the answer one confirmed item is dropped."""

    student: int
    at: float
    sections: tuple[int, ...]
    mode: str
    on_full: str
    kind: str
    transcript: tuple[str, ...]
    credit_quarters: int
    followed: bool = False
    drop_after: float | None = None


def write_scripts(
    pool: Sequence[PooledSection],
    *,
    students: int,
    over: float,
    seed: int,
    credit_limit_quarters: int,
    max_sections: int,
) -> tuple[StudentScript, ...]:
    """One script for each student, in the order of their times."""
    rng = random.Random(seed)  # noqa: S311 -- drawn, not guessed
    sampler = Sampler(pool, credit_limit_quarters=credit_limit_quarters, rng=rng)
    invalid = InvalidRequests(sampler, max_sections=max_sections)
    moments = sorted(rng.uniform(0, over) for _ in range(students))
    followed = set(rng.sample(range(students), min(FOLLOWED, students)))
    return tuple(
        _script(sampler, invalid, student=student, at=at, followed=student in followed)
        for student, at in enumerate(moments)
    )


def _script(
    sampler: Sampler, invalid: InvalidRequests, *, student: int, at: float, followed: bool
) -> StudentScript:
    rng = sampler.rng
    wrong = rng.random() < INVALID_SHARE
    kind, sections, chosen = invalid.make() if wrong else _allowed(sampler)
    twice = kind == "already_registered"  # the first stays, so that the second must be refused
    transcript = () if kind == "prerequisites" else transcript_for(chosen) or ()
    return StudentScript(
        student=student,
        at=at,
        sections=sections,
        mode="any" if twice else rng.choice(("all", "any")),
        on_full="waitlist" if twice or rng.random() < QUEUEING else "refuse",
        kind=kind,
        transcript=transcript,
        credit_quarters=sum(section.credit_quarters for section in chosen),
        followed=followed,
        drop_after=rng.uniform(1, 10) if rng.random() < DROPPING and not twice else None,
    )


def _allowed(sampler: Sampler) -> tuple[str, tuple[int, ...], list[PooledSection]]:
    chosen = sampler.pick_compatible(sampler.rng.randint(1, 5))
    return "allowed", tuple(section.id for section in chosen), chosen
