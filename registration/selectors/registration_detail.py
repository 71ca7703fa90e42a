"""One registration as shown to its student: polled by many at a peak, so it has to be cheap."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from project.bus.sequencer import submissions_ahead
from project.bus.sql import Prepared, Row, run_together
from project.bus.store import load_streams
from project.events.base import Event
from project.events.vocabulary import ItemState, Mode, OnFull
from registration.rules.timeline import effective_state
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
SELECT r.id, r.term_id, r.mode, r.on_full, r.submitted_at, r.decided_at, r.event_id, (
       SELECT json_agg(json_build_array(i.section_id, i.module_code, c.code, i.credit_quarters,
                                        i.state, i.code, i.drop_requested, i.changed_at, <place>,
                                        c.module_id, m.title) ORDER BY i.ordinal)
         FROM registration_item i JOIN registration_section c ON c.id = i.section_id
         JOIN registration_module m ON m.id = c.module_id
        WHERE i.registration_id = r.id)
  FROM registration_registration r
 WHERE r.id = $1 AND r.student_id = $2""".replace("<place>", WAITLIST_POSITION),
)


def registration_progress(*, registration: UUID, student: int) -> Progress | None:
    """Everything about one registration, in three statements; None if it is not the student's.

    `waitlist_position` counts from 1 (next); `submissions_ahead` is the number of earlier requests
    not yet processed.
    """
    rows = run_together((_FOLLOWED, [registration, student]))
    return _progress(rows[0]) if rows else None


def _progress(row: Row) -> Progress:
    id_, term, mode, on_full, submitted_at, decided_at, event_id, items = row
    happened = load_streams(streams_of(id_))
    events = [one.event for one in happened]
    return Progress(
        id=id_,
        term=term,
        status=status_of(decided_at),
        mode=Mode(mode),
        on_full=OnFull(on_full),
        submitted_at=submitted_at,
        decided_at=decided_at,
        submissions_ahead=submissions_ahead(event_id) if decided_at is None else None,
        items=tuple([_item(item, events) for item in items]),
        timeline=moments_of(happened, {item[0]: f"{item[1]} {item[2]}" for item in items}),
    )


def _item(row: list[Any], events: Sequence[Event]) -> ItemProgress:
    section, module, code, credit_quarters, state, reason, drop_requested, changed_at, place = row[
        :9
    ]
    module_id, title = row[9:]
    state = effective_state(state=ItemState(state), section=section, events=events)
    return ItemProgress(
        section=section,
        module=module,
        module_id=module_id,
        title=title,
        code=code,
        credit_quarters=credit_quarters,
        state=state,
        reason=reason_of(state, reason),
        drop_requested=drop_requested,
        waitlist_position=place,
        changed_at=datetime.fromisoformat(changed_at),
    )
