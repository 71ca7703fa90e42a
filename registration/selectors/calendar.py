"""The contents and the owner of a calendar feed."""

from dataclasses import dataclass

from project.bus.sql import Prepared, run_records
from project.events.vocabulary import fill_words
from registration.models import CalendarToken
from registration.rules.calendar import CalendarEntry

# Inactive users have no feed.
_WHOSE = Prepared(
    name="registration_feed_whose",
    types="text",
    sql="SELECT f.student_id AS student, u.language FROM registration_calendar_token f"
    "  JOIN accounts_user u ON u.id = f.student_id AND u.is_active"
    " WHERE f.token = $1",
)

# A section that was confirmed and then dropped is shown as cancelled: only the event records that.
# One that was taken again is the same entry. Each state after the first counts once, and so does
# each later version of the section, its module and its term: the sequence only grows.
_ENTRIES = Prepared(
    name="registration_calendar",
    types="bigint",
    sql=fill_words("""
SELECT i.section_id AS section, i.module_code || ' ' || c.code AS name, m.title, c.instructor,
       c.meetings::json AS meetings, t.teaching,
       NOT bool_or(i.state = <ItemState.CONFIRMED>) AS is_cancelled,
       sum(CASE i.state WHEN <ItemState.CONFIRMED> THEN 1 ELSE 2 END)
         + c.version + m.version + t.version - 4 AS sequence,
       greatest(max(i.changed_at), c.changed_at, m.changed_at, t.changed_at) AS changed_at
  FROM registration_registration r
  JOIN registration_item i ON i.registration_id = r.id
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_module m ON m.id = c.module_id
  JOIN registration_term t ON t.id = c.term_id
 WHERE r.student_id = $1
   AND (i.state = <ItemState.CONFIRMED> OR i.state = <ItemState.DROPPED> AND EXISTS (
        SELECT FROM bus_event e
         WHERE e.stream = 'registration:' || r.id AND e.type = 'registration.dropped.v1'
           AND e.data->'items' @> jsonb_build_array(
               jsonb_build_object('section', i.section_id, 'was', <ItemState.CONFIRMED>))))
 GROUP BY i.section_id, i.module_code, c.id, m.id, t.id
 ORDER BY i.module_code, c.code, i.section_id"""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The owner of a calendar, and their language."""

    student: int
    language: str


def get_calendar_token(student: int) -> str:
    """The secret part of the student's calendar address; empty if there is none."""
    return (
        CalendarToken.objects.filter(student_id=student).values_list("token", flat=True).first()
        or ""
    )


def get_calendar_reader(token: str) -> Reader | None:
    """The owner of the calendar with this token, or None."""
    records = run_records((_WHOSE, [token]))
    return Reader(**records[0]) if records else None


def load_calendar_entries(student: int) -> list[CalendarEntry]:
    """The student's confirmed sections, and those dropped after confirmation. One statement."""
    return [CalendarEntry(**record) for record in run_records((_ENTRIES, [student]))]
