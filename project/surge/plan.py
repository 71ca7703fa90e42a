"""What each student asks for, and when: drawn from a seed, the same every time. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from project.surge.draw import Draw
from project.surge.forbidden import Forbidden
from project.surge.offers import Offer, transcript_for

FORBIDDEN = 0.05
DROPPING = 0.05
QUEUEING = 0.8
FOLLOWED = 200
MEAN_WISHES = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One student's day. `kind` is "allowed", or what is forbidden about it; `at` the second at
    which it is sent; `drop_after` seconds after the answer one confirmed item is dropped."""

    student: int
    at: float
    sections: tuple[int, ...]
    mode: str
    on_full: str
    kind: str
    transcript: tuple[str, ...]
    credits: int
    followed: bool = False
    drop_after: float | None = None


def drawn(
    offers: Sequence[Offer],
    *,
    students: int,
    over: float,
    seed: int,
    credit_limit: int,
    max_sections: int,
) -> tuple[Wish, ...]:
    """One wish for each student, in the order of their moments."""
    rng = random.Random(seed)  # noqa: S311 -- drawn, not guessed
    draw = Draw(offers, credit_limit=credit_limit, rng=rng)
    forbidden = Forbidden(draw, max_sections=max_sections)
    moments = sorted(rng.uniform(0, over) for _ in range(students))
    followed = set(rng.sample(range(students), min(FOLLOWED, students)))
    return tuple(
        _wish(draw, forbidden, student=student, at=at, followed=student in followed)
        for student, at in enumerate(moments)
    )


def _wish(draw: Draw, forbidden: Forbidden, *, student: int, at: float, followed: bool) -> Wish:
    rng = draw.rng
    wrong = rng.random() < FORBIDDEN
    kind, sections, chosen = forbidden.drawn() if wrong else _allowed(draw)
    twice = kind == "already_registered"  # the first stays, so that the second must be refused
    transcript = () if kind == "prerequisites" else transcript_for(chosen) or ()
    return Wish(
        student=student,
        at=at,
        sections=sections,
        mode="any" if twice else rng.choice(("all", "any")),
        on_full="queue" if twice or rng.random() < QUEUEING else "refuse",
        kind=kind,
        transcript=transcript,
        credits=sum(offer.credits for offer in chosen),
        followed=followed,
        drop_after=rng.uniform(1, 10) if rng.random() < DROPPING and not twice else None,
    )


def _allowed(draw: Draw) -> tuple[str, tuple[int, ...], list[Offer]]:
    chosen = draw.together(draw.rng.randint(1, 5))
    return "allowed", tuple(offer.section for offer in chosen), chosen
