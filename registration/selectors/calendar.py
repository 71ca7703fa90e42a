"""The contents and the owner of a calendar feed."""

from dataclasses import dataclass
from typing import Any

from project.bus.sql import Prepared, run_together
from project.events.vocabulary import fill_words
from registration.models import CalendarToken
from registration.rules.calendar import CalendarEntry

# Inactive users have no feed.
_WHOSE = Prepared(
    name="registration_feed_whose",
    types="text",
    sql="SELECT f.student_id, u.language FROM registration_calendar_token f"
    "  JOIN accounts_user u ON u.id = f.student_id AND u.is_active"
    " WHERE f.token = $1",
)

# A section that was confirmed and then dropped is shown as cancelled: only the event records that.
_ENTRIES = Prepared(
    name="registration_calendar",
    types="bigint",
    sql=fill_words("""
SELECT i.registration_id, i.section_id, i.module_code, c.code, m.title, c.instructor,
       c.meetings::json, t.starts_on, t.ends_on, i.state = <ItemState.DROPPED>, i.changed_at
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
 ORDER BY r.id, i.ordinal"""),
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
    rows = run_together((_WHOSE, [token]))
    return Reader(student=rows[0][0], language=rows[0][1]) if rows else None


def load_calendar_entries(student: int) -> list[CalendarEntry]:
    """The student's confirmed sections, and those dropped after confirmation. One statement."""
    return [_entry(row) for row in run_together((_ENTRIES, [student]))]


def _entry(row: tuple[Any, ...]) -> CalendarEntry:
    registration, section, module, code, title, instructor, meetings = row[:7]
    starts, ends, is_cancelled, changed_at = row[7:]
    return CalendarEntry(
        registration=str(registration),
        section=section,
        name=f"{module} {code}",
        title=title,
        instructor=instructor,
        meetings=meetings,
        term_starts=starts,
        term_ends=ends,
        is_cancelled=is_cancelled,
        changed_at=changed_at,
    )
