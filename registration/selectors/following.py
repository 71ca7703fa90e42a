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
from registration.selectors.places import PLACE_IN_QUEUE
from registration.selectors.progress import (
    ItemProgress,
    Progress,
    moments_of,
    reason_of,
    status_of,
    streams_of,
)

_FOLLOWED = Prepared(
    name="registration_followed",
    types="uuid, bigint",
    sql="""
SELECT r.id, r.term_id, r.mode, r.on_full, r.submitted_at, r.answered_at, r.event_id, (
       SELECT json_agg(json_build_array(i.section_id, i.module_code, c.code, i.credits, i.state,
                                        i.code, i.drop_wished, i.changed_at, <place>,
                                        c.module_id, m.title) ORDER BY i.ordinal)
         FROM registration_item i JOIN registration_section c ON c.id = i.section_id
         JOIN registration_module m ON m.id = c.module_id
        WHERE i.registration_id = r.id)
  FROM registration_registration r
 WHERE r.id = $1 AND r.student_id = $2""".replace("<place>", PLACE_IN_QUEUE),
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
    section, module, code, credits_, state, reason, drop_wished, changed_at, place = row[:9]
    module_id, title = row[9:]
    state = standing(state=state, section=section, facts=facts)
    return ItemProgress(
        section=section,
        module=module,
        module_id=module_id,
        title=title,
        code=code,
        credits=credits_,
        state=state,
        reason=reason_of(state, reason),
        drop_wished=drop_wished,
        place_in_queue=place,
        changed_at=datetime.fromisoformat(changed_at),
    )
