"""Announce outcomes to students: in the inbox at once, by email soon after."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from notifications.rules.announcements import announcement
from notifications.rules.retry import message_id
from project.bus.store import append, load_flows
from project.events.notifications import Announced
from project.live import push

# Without an address no email is written; the inbox has the announcement all the same.
_WRITE = """
INSERT INTO notifications_email
       (student_id, event_id, message_id, created_at, attempts, due_at, error)
SELECT announced.student, announced.event,
       announced.message_id, clock_timestamp(), 0, clock_timestamp(), ''
  FROM unnest(%(events)s::bigint[], %(students)s::bigint[], %(message_ids)s::text[])
       AS announced(event, student, message_id)
  JOIN accounts_user reader ON reader.id = announced.student
       AND reader.email <> '' AND reader.wants_email
    ON CONFLICT (event_id) DO NOTHING"""


def announcements_make(*, flow_ids: Sequence[int]) -> int:
    """Announce each flow once, if it has an outcome. Returns how many emails were created."""
    announcements = {
        flow_id: announced
        for flow_id, flow in load_flows(flow_ids).items()
        if not flow.find(Announced) and (announced := announcement(flow.trigger, flow.events))
    }
    if not announcements:
        return 0
    events = list(announcements.values())
    push.push_events(events, in_inbox=True)
    return _create_emails(append(events, flow_ids=list(announcements)), events)


def _create_emails(event_ids: Sequence[int], announced: Sequence[Announced]) -> int:
    message_ids = [
        message_id(event_id, event.registration, sender=settings.DEFAULT_FROM_EMAIL)
        for event_id, event in zip(event_ids, announced, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "events": list(event_ids),
                "students": [event.student for event in announced],
                "message_ids": message_ids,
            },
        )
        return int(cursor.rowcount)
