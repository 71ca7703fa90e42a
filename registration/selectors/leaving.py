"""Students who are enrolled, and what they would lose by leaving."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from project.bus.sql import fetch
from project.events.vocabulary import ItemState, fill_words

_ENROLLED = fill_words("""
SELECT s.id, coalesce(nullif(u.number, ''), u.username) || ' ' || u.full_name, s.has_left,
       (SELECT count(*) FROM registration_item i
         WHERE i.student_id = s.id AND i.state IN <LIVE_STATES>)
  FROM registration_student s JOIN accounts_user u ON u.id = s.id
 WHERE %s OR NOT s.has_left
 ORDER BY 2, 1""")

# What has ended stays as it was: terms after their last day.
_ITEMS = fill_words("""
SELECT i.student_id, i.registration_id::text, i.section_id, i.state, i.drop_requested,
       i.state = <ItemState.CONFIRMED>
       AND coalesce(t.refund_until <= statement_timestamp(), false)
  FROM registration_item i
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_term t ON t.id = c.term_id
 WHERE i.student_id = ANY(%s) AND i.state IN <LIVE_STATES>
   AND (t.ends_on IS NULL OR t.ends_on >= (statement_timestamp() AT TIME ZONE %s)::date)
 ORDER BY i.student_id, i.registration_id, i.ordinal""")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledStudent:
    """A student by number and name, and how many sections and waitlist entries they have."""

    id: int
    name: str
    has_left: bool
    sections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemToDrop:
    """A live item of a student who leaves; `is_refund_over` once the refund deadline has passed."""

    student: int
    registration: str
    section: int
    state: ItemState
    drop_requested: bool
    is_refund_over: bool


def load_enrolled(*, with_left: bool = False) -> list[EnrolledStudent]:
    """Every student who has not left, or every student, by number."""
    return [
        EnrolledStudent(id=student, name=name, has_left=has_left, sections=sections)
        for student, name, has_left, sections in fetch(_ENROLLED, [with_left])
    ]


def load_items_to_drop(students: Collection[int]) -> list[ItemToDrop]:
    """The live items of these students in terms that are not over."""
    return [
        ItemToDrop(
            student=student,
            registration=registration,
            section=section,
            state=ItemState(state),
            drop_requested=drop_requested,
            is_refund_over=is_refund_over,
        )
        for student, registration, section, state, drop_requested, is_refund_over in fetch(
            _ITEMS, [list(students), settings.TIME_ZONE]
        )
    ]
