"""Waitlisted items whose waitlist has halted or resumed."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from project.bus.sql import fetch
from project.events.vocabulary import fill_words

# The same deadline as for offering seats: `add_until`, else the close of the last window, at the
# latest the end of the term's last day.
_OVER = fill_words("""
SELECT i.registration_id, i.section_id, i.student_id
  FROM registration_item i
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_term t ON t.id = c.term_id
 WHERE i.state = <ItemState.WAITLISTED>
   AND (%(students)s::bigint[] IS NULL OR i.student_id = ANY(%(students)s))
   AND coalesce(t.add_until, least(
         (SELECT max(w.closes_at) FROM registration_window w WHERE w.term_id = t.id),
         (t.ends_on + 1)::timestamp AT TIME ZONE %(zone)s)) <= statement_timestamp()
 ORDER BY i.student_id, i.registration_id, i.section_id
 LIMIT %(at_most)s""")

# Items whose student was not yet notified that the section was closed or reopened: the item's code
# records the last notice.
_HALTED = fill_words("""
SELECT i.registration_id, i.section_id, i.student_id, i.code = <Reason.CLOSED_SECTION>
  FROM registration_item i
  JOIN registration_section c ON c.id = i.section_id
 WHERE i.state = <ItemState.WAITLISTED>
   AND (%(students)s::bigint[] IS NULL OR i.student_id = ANY(%(students)s))
   AND (i.code = <Reason.CLOSED_SECTION>) = (c.is_open AND c.seats IS DISTINCT FROM 0)
 ORDER BY i.student_id, i.registration_id, i.section_id
 LIMIT %(at_most)s""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waitlisted:
    """A waitlisted item of a student; `resumes` where its section, once closed, is open again."""

    registration: str
    section: int
    student: int
    resumes: bool = False


def load_waitlisted_after_deadline(
    *, at_most: int, students: Collection[int] | None = None
) -> list[Waitlisted]:
    """Waitlisted items (of these students) past the deadline, by the database's clock."""
    return _waitlisted(_OVER, at_most, students)


def load_waitlisted_in_closed_sections(
    *, at_most: int, students: Collection[int] | None = None
) -> list[Waitlisted]:
    """Items (of these students) whose section was closed or reopened since the last notice."""
    return _waitlisted(_HALTED, at_most, students)


def _waitlisted(sql: str, at_most: int, students: Collection[int] | None) -> list[Waitlisted]:
    among = None if students is None else list(students)
    params = {"students": among, "zone": settings.TIME_ZONE, "at_most": at_most}
    return [
        Waitlisted(
            registration=str(registration),
            section=section,
            student=student,
            resumes=bool(rest and rest[0]),
        )
        for registration, section, student, *rest in fetch(sql, params)
    ]
