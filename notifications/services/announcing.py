"""Tell students what became of their requests: in the inbox at once, by mail soon after."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from notifications.rules.news import announcement
from notifications.rules.post import message_id
from project import live_news
from project.bus.store import append, stories
from project.messages.notifications import Announced

# Without an address there is nobody to write to: the inbox has it all the same.
_WRITE = """
INSERT INTO notifications_mail
       (student_id, event_id, message_id, created_at, attempts, due_at, error)
SELECT told.student, told.event,
       told.message_id, clock_timestamp(), 0, clock_timestamp(), ''
  FROM unnest(%(events)s::bigint[], %(students)s::bigint[], %(message_ids)s::text[])
       AS told(event, student, message_id)
  JOIN accounts_user reader ON reader.id = told.student AND reader.email <> ''
    ON CONFLICT (event_id) DO NOTHING"""


def announcements_make(*, causes: Sequence[int]) -> int:
    """Announce each flow once, if there is news. Returns how many letters were written."""
    news = {
        cause: told
        for cause, story in stories(causes).items()
        if not story.first(Announced) and (told := announcement(story.root, story.facts))
    }
    if not news:
        return 0
    announced = list(news.values())
    live_news.tell(announced, in_inbox=True)
    return _write_letters(append(announced, causes=list(news)), announced)


def _write_letters(event_ids: Sequence[int], announced: Sequence[Announced]) -> int:
    message_ids = [
        message_id(event, told.registration, sender=settings.DEFAULT_FROM_EMAIL)
        for event, told in zip(event_ids, announced, strict=True)
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
