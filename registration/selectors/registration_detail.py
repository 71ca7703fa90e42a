"""One registration as shown to its student: polled by many at a peak, so it has to be cheap."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from project.bus.sequencer import submissions_ahead
from project.bus.sql import Prepared, Record, run_records
from project.bus.store import load_streams
from project.events.base import Event
from project.events.vocabulary import ItemState, Mode, OnFull
from registration.rules.timeline import effective_state, is_charged
from registration.selectors.progress import (
    ItemProgress,
    Progress,
    moments_of,
    reason_of,
    status_of,
    streams_of,
)
from registration.selectors.waitlist import WAITLIST_POSITION

_FOLLOWED = Prepared(
    name="registration_followed",
    types="uuid, bigint",
    sql="""
SELECT r.id, r.term_id AS term, r.mode, r.on_full, r.submitted_at, r.decided_at, r.event_id, (
       SELECT json_agg(item) FROM (
              SELECT i.section_id AS section, i.module_code AS module, c.module_id, m.title, c.code,
                     i.credit_quarters, i.state, i.code AS reason, i.drop_requested,
                     <place> AS waitlist_position, i.changed_at
                FROM registration_item i JOIN registration_section c ON c.id = i.section_id
                JOIN registration_module m ON m.id = c.module_id
               WHERE i.registration_id = r.id ORDER BY i.ordinal) item) AS items
  FROM registration_registration r
 WHERE r.id = $1 AND r.student_id = $2""".replace("<place>", WAITLIST_POSITION),
)


def registration_progress(*, registration: UUID, student: int) -> Progress | None:
    """Everything about one registration, in three statements; None if it is not the student's.

    `waitlist_position` counts from 1 (next); `submissions_ahead` is the number of earlier requests
    not yet processed.
    """
    records = run_records((_FOLLOWED, [registration, student]))
    return _progress(**records[0]) if records else None


def _progress(
    *, items: Sequence[Record], event_id: int, mode: str, on_full: str, **record: Any
) -> Progress:
    happened = load_streams(streams_of(record["id"]))
    events = [one.event for one in happened]
    is_pending = record["decided_at"] is None
    return Progress(
        status=status_of(record["decided_at"]),
        mode=Mode(mode),
        on_full=OnFull(on_full),
        submissions_ahead=submissions_ahead(event_id) if is_pending else None,
        items=tuple([_item(events, **item) for item in items]),
        timeline=moments_of(
            happened, {one["section"]: f"{one['module']} {one['code']}" for one in items}
        ),
        **record,
    )


def _item(
    events: Sequence[Event], *, section: int, state: str, reason: str, changed_at: str, **item: Any
) -> ItemProgress:
    now = effective_state(state=ItemState(state), section=section, events=events)
    return ItemProgress(
        section=section,
        state=now,
        reason=reason_of(now, reason),
        changed_at=datetime.fromisoformat(changed_at),
        is_charged=is_charged(section=section, events=events),
        **item,
    )
