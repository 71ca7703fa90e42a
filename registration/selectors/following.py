"""One registration as its student follows it: asked again and again in a storm, so it is cheap."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from project.bus.line import place_in_line
from project.bus.sql import Prepared, Row, run_together
from project.bus.store import history
from project.messages.fact import Fact
from registration.rules.timeline import standing
from registration.selectors.progress import (
    ItemProgress,
    Progress,
    moments_of,
    reason_of,
    status_of,
    streams_of,
)

# The queue is ordered by the place in line of the requests in it; all of them are answered.
_FOLLOWED = Prepared(
    name="registration_followed",
    types="uuid, bigint",
    sql="""
SELECT r.id, r.term_id, r.mode, r.on_full, r.submitted_at, r.answered_at, r.event_id, (
       SELECT json_agg(json_build_array(i.section_id, i.module_code, c.code, i.credits, i.state,
                                        i.code, i.drop_wished, i.changed_at, CASE i.state
              WHEN 'queued' THEN (
              SELECT count(*)
                FROM registration_item other
                JOIN registration_registration before ON before.id = other.registration_id
                JOIN bus_line l ON l.event_id = before.event_id
               WHERE other.section_id = i.section_id AND other.state = 'queued'
                 AND l.position <= (SELECT position FROM bus_line WHERE event_id = r.event_id))
              END) ORDER BY i.ordinal)
         FROM registration_item i JOIN registration_section c ON c.id = i.section_id
        WHERE i.registration_id = r.id)
  FROM registration_registration r
 WHERE r.id = $1 AND r.student_id = $2""",
)


def registration_progress(*, registration: UUID, student: int) -> Progress | None:
    """Everything about one registration, in three statements; None where it is not the student's.

    `place_in_queue` counts from 1, who is next; `place_in_line` is how many are ahead.
    """
    rows = run_together((_FOLLOWED, [registration, student]))
    return _progress(rows[0]) if rows else None


def _progress(row: Row) -> Progress:
    id_, term, mode, on_full, submitted_at, answered_at, event, items = row
    happened = history(streams_of(id_))
    facts = [one.fact for one in happened]
    return Progress(
        id=id_,
        term=term,
        status=status_of(answered_at),
        mode=mode,
        on_full=on_full,
        submitted_at=submitted_at,
        answered_at=answered_at,
        place_in_line=place_in_line(event) if answered_at is None else None,
        items=tuple([_item(item, facts) for item in items]),
        timeline=moments_of(happened, {item[0]: f"{item[1]} {item[2]}" for item in items}),
    )


def _item(row: list[Any], facts: Sequence[Fact]) -> ItemProgress:
    section, module, code, credits_, state, reason, drop_wished, changed_at, place = row
    state = standing(state=state, section=section, facts=facts)
    return ItemProgress(
        section=section,
        module=module,
        code=code,
        credits=credits_,
        state=state,
        reason=reason_of(state, reason),
        drop_wished=drop_wished,
        place_in_queue=place,
        changed_at=datetime.fromisoformat(changed_at),
    )
