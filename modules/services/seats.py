"""The seats' one writer: it works through the line, and tells Redis afterwards."""

import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.db import transaction
from redis import RedisError

from modules import gateway
from modules.gateway import Lock, News
from modules.rules.allocation import (
    Decision,
    Hall,
    Holding,
    Matter,
    Returning,
    allocate,
    counts_after,
)
from modules.selectors.counts import FENCES, fence_last, seats_locked, section_counts
from modules.selectors.hall import hall_for
from project import live_counts, live_news
from project.bus import locks, rebuilding
from project.bus.store import Story, append, stories
from project.messages.modules import SeatOffered, SeatsDecided, SeatsReleased
from project.messages.registration import Submitted

LOCK = "seats"
_TOLD_WITHIN_SECONDS = 120
"""From a seat's time until Redis has heard of it, at the longest."""


def seats_decide(*, causes: Sequence[int]) -> None:
    """Decide these matters, in line order, under the seats' lock and in its transaction.

    What was decided already is left alone.
    """
    told = [story for story in stories(causes).values() if not _is_decided(story)]
    matters = [_matter(story) for story in told]
    if not matters:
        return
    hall, fence = hall_for(matters=matters)
    decisions = allocate(hall=hall, matters=matters, fence=fence)
    _check_fences(decisions, fence)
    append([one.fact for one in decisions], causes=[one.cause for one in decisions])
    news = _news(hall, decisions, fence)
    transaction.on_commit(partial(gateway.publish, news))
    live_news.tell(one.fact for one in decisions)


def _is_decided(story: Story) -> bool:
    if isinstance(story.root, Submitted):
        return story.first(SeatsDecided) is not None
    return isinstance(story.root, Returning) and story.first(SeatsReleased) is not None


def _matter(story: Story) -> Matter:
    if story.position is None:
        raise RuntimeError(f"fact {story.cause} is not in the line, so it has no turn yet")
    return Matter(cause=story.cause, position=story.position, fact=story.root)


def _check_fences(decisions: Sequence[Decision], fence: int) -> None:
    """Beyond its block a transaction would use another's numbers."""
    used = [one.fence for one in _held(decisions)]
    if used and max(used) >= fence + FENCES:
        raise RuntimeError(f"{len(used)} seats in one transaction are more than fences were drawn")


def _news(hall: Hall, decisions: Sequence[Decision], fence: int) -> News:
    seconds = settings.SEAT_LOCK_SECONDS
    return News(
        fence=fence,
        counts=counts_after(hall=hall, decisions=decisions),
        locks=[Lock(holding=held, seconds=seconds) for held in _held(decisions) if held.seat],
        unlocks=[
            (item.section, item.seat, item.fence)
            for one in decisions
            if isinstance(one.fact, SeatsReleased)
            for item in one.fact.items
            if item.seat is not None and item.fence is not None
        ],
    )


def _held(decisions: Sequence[Decision]) -> list[Holding]:
    """The allocations that were decided."""
    return [held for one in decisions for held in _held_by(one.fact)]


def _held_by(fact: object) -> list[Holding]:
    if isinstance(fact, SeatOffered):
        return [_holding(fact, fact.section, fact.seat, fact.fence)]
    if isinstance(fact, SeatsDecided):
        items = [item for item in fact.items if item.outcome == "seated"]
        return [_holding(fact, item.section, item.seat, item.fence or 0) for item in items]
    return []


def _holding(
    fact: SeatOffered | SeatsDecided, section: int, seat: int | None, fence: int
) -> Holding:
    return Holding(
        section=section,
        student=fact.student,
        registration=fact.registration,
        seat=seat,
        fence=fence,
    )


def seats_reconcile() -> list[str]:
    """Make Redis say what PostgreSQL says; the keys that were wrong. Raises RedisError.

    Under the seats' lock nobody else draws fences, so nothing newer can be overwritten.
    """
    with transaction.atomic():
        locks.hold(LOCK)
        read_at = time.monotonic()
        found = seats_locked(seconds=settings.SEAT_LOCK_SECONDS, over=_TOLD_WITHIN_SECONDS)
        held = [Lock(holding=one.holding, seconds=one.seconds) for one in found]
        wrong = gateway.reconcile(
            fence=fence_last(), counts=section_counts(), locks=held, read_at=read_at
        )
    rebuilding.end_request(live_counts.NAME)
    return wrong


def seats_try_rebuild() -> None:
    """The same where Redis answers; where it does not, it is made good later."""
    with suppress(RedisError):
        seats_reconcile()
