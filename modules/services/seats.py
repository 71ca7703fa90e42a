"""The single writer of seats: decides events in position order, then publishes to Redis."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.db import transaction
from redis import RedisError

from modules import gateway
from modules.rules.allocation import allocate
from modules.rules.seat_snapshot import ReleaseEvent, SeatEvent
from modules.selectors.seats import (
    load_last_fencing_token,
    load_seat_locks,
    load_seat_snapshot,
    load_section_counts,
)
from project.bus import locks, rebuilding
from project.bus.store import FlowHistory, append, load_flows
from project.events.base import Event
from project.events.modules import SeatsDecided, SeatsReleased, SectionChanged
from project.events.registration import PassedOver, Submitted
from project.live import push, seat_counts

LOCK = "seats"
_PUSHED_WITHIN_SECONDS = 120
"""The longest time from an allocation's timestamp until Redis is updated."""

# One draw is a block of as many numbers as the sequence's increment, enough for one transaction.
# A draw is a write, so it does not belong in a selector; it shares the selector's round trip.
FENCING_TOKENS = 100_000
_DRAW_FENCING_TOKENS = "nextval('modules_fencing_token')"


def seats_decide(*, flow_ids: Sequence[int]) -> None:
    """Decide these events, in position order, under the seats' lock and in its transaction.

    Events decided already are skipped.
    """
    events = [_seat_event(flow) for flow in load_flows(flow_ids).values() if not _is_decided(flow)]
    if not events:
        return
    first, snapshot = load_seat_snapshot(events=events, beside=_DRAW_FENCING_TOKENS)
    fencing_tokens = range(first, first + FENCING_TOKENS)
    result = allocate(snapshot=snapshot, events=events, fencing_tokens=fencing_tokens)
    append(result.events, flow_ids=result.flow_ids)
    lock_seconds = settings.SEAT_LOCK_SECONDS
    show = partial(gateway.publish, result, fencing_token=first, lock_seconds=lock_seconds)
    transaction.on_commit(show)
    push.push_events(result.events)


def _is_decided(flow: FlowHistory) -> bool:
    if isinstance(flow.trigger, Submitted):
        return flow.find(SeatsDecided) is not None
    is_return = isinstance(flow.trigger, ReleaseEvent | PassedOver)
    return is_return and flow.find(SeatsReleased) is not None


def _seat_event(flow: FlowHistory) -> SeatEvent:
    if flow.position is None:
        raise RuntimeError(f"event {flow.flow_id} has no position yet, so it cannot be decided")
    return SeatEvent(flow_id=flow.flow_id, position=flow.position, event=flow.trigger)


def sections_touched(flow_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The sections whose seats each of these events requests, releases or changes."""
    found = load_flows(flow_ids)
    return {flow_id: frozenset(_sections(found[flow_id].trigger)) for flow_id in flow_ids}


def _sections(event: Event) -> Iterator[int]:
    if isinstance(event, SectionChanged | PassedOver):
        yield event.section
    elif isinstance(event, Submitted | ReleaseEvent):
        yield from (item.section for item in event.items)


def seats_reconcile() -> list[str]:
    """Make Redis agree with PostgreSQL; returns the keys that were wrong. Raises RedisError.

    Under the seats' lock nobody else draws fencing tokens, so nothing newer can be overwritten.
    """
    with transaction.atomic():
        locks.acquire_transaction_lock(LOCK)
        read_at = time.monotonic()
        locks_then = load_seat_locks(
            seconds=settings.SEAT_LOCK_SECONDS, over=_PUSHED_WITHIN_SECONDS
        )
        wrong = gateway.reconcile(
            fencing_token=load_last_fencing_token(),
            counts=load_section_counts(),
            locks=locks_then,
            read_at=read_at,
        )
    rebuilding.end_request(seat_counts.NAME)
    return wrong


def seats_try_rebuild() -> None:
    """Reconcile if Redis answers; if it does not, the scheduled job does it later."""
    with suppress(RedisError):
        seats_reconcile()
