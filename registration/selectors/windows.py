"""The registration windows of a student, for the bar on each page."""

from django.conf import settings

from project.bus.sql import fetch
from registration.rules.window_status import TermWindow, WindowStatus, window_status
from registration.selectors.audience import OPENS_FOR

# Terms that have ended or have no sections are left out.
_OF_STUDENT = """
SELECT statement_timestamp(), w.name, w.opens_at, w.closes_at
  FROM registration_student s
  LEFT JOIN LATERAL (
       SELECT t.name, w.opens_at, w.closes_at
         FROM registration_window w JOIN registration_term t ON t.id = w.term_id
        WHERE <opens for>
          AND NOT t.is_draft
          AND EXISTS (SELECT FROM registration_section c WHERE c.term_id = t.id)
          AND (t.ends_on IS NULL
               OR t.ends_on >= (statement_timestamp() AT TIME ZONE %s)::date)) w ON true
 WHERE s.id = %s""".replace("<opens for>", OPENS_FOR)


def load_window_status(student: int) -> WindowStatus | None:
    """Whether registration is open for this student; None for a user who is not a student."""
    rows = fetch(_OF_STUDENT, [settings.TIME_ZONE, student])
    if not rows:
        return None
    windows = [
        TermWindow(term=term, opens_at=opens, closes_at=closes)
        for _, term, opens, closes in rows
        if term is not None
    ]
    return window_status(windows, rows[0][0])
