"""Items as the steps of the saga need them, many at once. Read them after the student lock."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from project.bus.sql import fetch
from registration.rules.schedule import Entry

_ITEMS = """
SELECT i.registration_id, r.mode, i.section_id, i.state, i.drop_wished
  FROM registration_item i JOIN registration_registration r ON r.id = i.registration_id
 WHERE i.registration_id = ANY(%s)
 ORDER BY i.registration_id, i.ordinal"""

# A confirmed item can be dropped until `drop_until`, at the latest until the end of the term's last
# day, and is paid back until `refund_until`.
_ITEM = """
SELECT i.state, i.drop_wished, until.dropped_until,
       coalesce(until.dropped_until <= statement_timestamp(), false),
       coalesce(t.refund_until <= statement_timestamp(), false)
  FROM registration_item i
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_term t ON t.id = c.term_id
 CROSS JOIN LATERAL (
       SELECT least(t.drop_until, (t.ends_on + 1)::timestamp AT TIME ZONE %s)
           AS dropped_until) until
 WHERE i.registration_id = %s AND i.section_id = %s AND i.student_id = %s"""

_LIVE = """
SELECT i.student_id, i.registration_id, i.section_id, i.state, i.module_code, i.credits, c.slots,
       c.term_id, c.is_open AND c.seats IS DISTINCT FROM 0
  FROM registration_item i JOIN registration_section c ON c.id = i.section_id
 WHERE i.student_id = ANY(%s) AND i.state IN ('pending', 'queued', 'offered', 'confirmed')"""

_STUDENTS = """
SELECT s.id, s.programme, s.credit_limit,
       ARRAY(SELECT b.reason FROM registration_block b WHERE b.student_id = s.id ORDER BY b.id),
       coalesce(u.is_active, false)
  FROM registration_student s LEFT JOIN accounts_user u ON u.id = s.id
 WHERE s.id = ANY(%s)"""

_OVERDUE = """
SELECT i.registration_id, i.section_id, i.state, i.student_id, r.event_id,
       clock_timestamp() - make_interval(secs => %s)
  FROM registration_item i JOIN registration_registration r ON r.id = i.registration_id
 WHERE i.state IN ('pending', 'offered')
   AND i.changed_at < clock_timestamp() - make_interval(secs => %s)
 ORDER BY i.changed_at, i.registration_id, i.section_id
 LIMIT %s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemNow:
    """An item as it is, with the mode of its registration."""

    section: int
    mode: str
    state: str
    wished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentItem:
    """How one item stands, whether its student has asked to drop it, and what the calendar says to
    dropping it once it is confirmed."""

    state: str
    drop_requested: bool
    drop_until: datetime | None = None
    is_drop_over: bool = False
    is_refund_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveItem:
    """A live item with what its student's schedule needs to know."""

    registration: str
    term: int
    state: str
    entry: Entry
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentNow:
    """What a queued student's turn depends on beside the schedule; `blocks` are their reasons."""

    programme: str
    credit_limit: int
    blocks: tuple[str, ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """An item without an answer for too long. A seat given after `line` is not overdue."""

    registration: str
    section: int
    state: str
    student: int
    event_id: int
    line: datetime


def items_now(registrations: Collection[str]) -> Mapping[str, list[ItemNow]]:
    """Every item of these registrations, in the order asked for."""
    found: dict[str, list[ItemNow]] = defaultdict(list)
    for registration, mode, section, state, wished in fetch(_ITEMS, [_uuids(registrations)]):
        item = ItemNow(section=section, mode=mode, state=state, wished=wished)
        found[str(registration)].append(item)
    return found


def get_item(*, student: int, registration: UUID, section: int) -> StudentItem | None:
    """One item of this student, or None."""
    rows = fetch(_ITEM, [settings.TIME_ZONE, registration, section, student])
    if not rows:
        return None
    state, drop_requested, drop_until, is_drop_over, is_refund_over = rows[0]
    return StudentItem(
        state=state,
        drop_requested=drop_requested,
        drop_until=drop_until,
        is_drop_over=is_drop_over,
        is_refund_over=is_refund_over,
    )


def items_live(students: Collection[int]) -> Mapping[int, list[LiveItem]]:
    """The live items of these students, over all terms."""
    found: dict[int, list[LiveItem]] = defaultdict(list)
    for row in fetch(_LIVE, [list(students)]):
        student, registration, section, state, module, credits_, slots, term, is_open = row
        item = LiveItem(
            registration=str(registration),
            term=term,
            state=state,
            entry=Entry(section=section, module=module, credits=credits_, slots=slots),
            is_open=is_open,
        )
        found[student].append(item)
    return found


def students_now(students: Collection[int]) -> Mapping[int, StudentNow]:
    """Programme, limit and blocks of these students."""
    return {
        row[0]: StudentNow(
            programme=row[1], credit_limit=row[2], blocks=tuple(row[3]), is_active=row[4]
        )
        for row in fetch(_STUDENTS, [list(students)])
    }


def items_overdue(*, seconds: int, at_most: int) -> list[Overdue]:
    """Unanswered items unchanged for `seconds` by the database's clock, the oldest first."""
    rows = fetch(_OVERDUE, [seconds, seconds, at_most])
    return [
        Overdue(
            registration=str(row[0]),
            section=row[1],
            state=row[2],
            student=row[3],
            event_id=row[4],
            line=row[5],
        )
        for row in rows
    ]


def _uuids(registrations: Collection[str]) -> list[UUID]:
    return [UUID(registration) for registration in registrations]
