"""Tell students what became of their requests: in the inbox at once, by mail soon after."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from notifications.rules.announcements import announcement
from notifications.rules.retry import message_id
from project.bus.store import append, load_flows
from project.events.notifications import Announced
from project.live import push

# Without an address there is nobody to write to: the inbox has it all the same.
_WRITE = """
INSERT INTO notifications_email
       (student_id, event_id, message_id, created_at, attempts, due_at, error)
SELECT told.student, told.event,
       told.message_id, clock_timestamp(), 0, clock_timestamp(), ''
  FROM unnest(%(events)s::bigint[], %(students)s::bigint[], %(message_ids)s::text[])
       AS told(event, student, message_id)
  JOIN accounts_user reader ON reader.id = told.student AND reader.email <> ''
    ON CONFLICT (event_id) DO NOTHING"""


def announcements_make(*, flow_ids: Sequence[int]) -> int:
    """Announce each flow once, if there is news. Returns how many letters were written."""
    news = {
        flow_id: told
        for flow_id, flow in load_flows(flow_ids).items()
        if not flow.find(Announced) and (told := announcement(flow.trigger, flow.events))
    }
    if not news:
        return 0
    announced = list(news.values())
    push.push_events(announced, in_inbox=True)
    return _write_letters(append(announced, flow_ids=list(news)), announced)


def _write_letters(event_ids: Sequence[int], announced: Sequence[Announced]) -> int:
    message_ids = [
        message_id(event_id, told.registration, sender=settings.DEFAULT_FROM_EMAIL)
        for event_id, told in zip(event_ids, announced, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "events": list(event_ids),
                "students": [told.student for told in announced],
                "message_ids": message_ids,
            },
        )
        return int(cursor.rowcount)
