"""Items for the steps of the saga, in batches. Take the student lock before reading them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from project.bus.sql import fetch
from project.events.vocabulary import ItemState, Mode, fill_words
from registration.rules.schedule import ScheduleEntry
from registration.selectors.blocks import REASONS

_ITEMS = """
SELECT i.registration_id, r.mode, i.section_id, i.state, i.drop_requested
  FROM registration_item i JOIN registration_registration r ON r.id = i.registration_id
 WHERE i.registration_id = ANY(%s)
 ORDER BY i.registration_id, i.ordinal"""

# A confirmed item can be dropped until `drop_until`, at the latest until the end of the term's last
# day; its fee is refunded until `refund_until`.
_ITEM = """
SELECT i.state, i.drop_requested, until.dropped_until,
       coalesce(until.dropped_until <= statement_timestamp(), false),
       coalesce(t.refund_until <= statement_timestamp(), false)
  FROM registration_item i
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_term t ON t.id = c.term_id
 CROSS JOIN LATERAL (
       SELECT least(t.drop_until, (t.ends_on + 1)::timestamp AT TIME ZONE %s)
           AS dropped_until) until
 WHERE i.registration_id = %s AND i.section_id = %s AND i.student_id = %s"""

_LIVE = fill_words("""
SELECT i.student_id, i.registration_id, i.section_id, i.state, i.module_code, i.credit_quarters,
       c.intervals, c.term_id, c.is_open AND c.seats IS DISTINCT FROM 0
  FROM registration_item i JOIN registration_section c ON c.id = i.section_id
 WHERE i.student_id = ANY(%s) AND i.state IN <LIVE_STATES>""")

_STUDENTS = """
SELECT s.id, s.programme, s.credit_limit_quarters,
       <blocks>,
       coalesce(u.is_active, false)
  FROM registration_student s LEFT JOIN accounts_user u ON u.id = s.id
 WHERE s.id = ANY(%s)""".replace("<blocks>", REASONS)

_OVERDUE = fill_words("""
SELECT i.registration_id, i.section_id, i.state, i.student_id, r.event_id,
       clock_timestamp() - make_interval(secs => %s)
  FROM registration_item i JOIN registration_registration r ON r.id = i.registration_id
 WHERE i.state IN <UNDECIDED_STATES>
   AND i.changed_at < clock_timestamp() - make_interval(secs => %s)
 ORDER BY i.changed_at, i.registration_id, i.section_id
 LIMIT %s""")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentItem:
    """The current state of an item, with the mode of its registration."""

    section: int
    mode: Mode
    state: ItemState
    drop_requested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentItem:
    """The state of one item, whether a drop was requested, and the deadlines for dropping it once
    it is confirmed."""

    state: ItemState
    drop_requested: bool
    drop_until: datetime | None = None
    is_drop_over: bool = False
    is_refund_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveItem:
    """A live item with its entry in the student's schedule."""

    registration: str
    term: int
    state: ItemState
    entry: ScheduleEntry
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentStudent:
    """What an offer depends on besides the schedule; `blocks` are the reasons of the blocks."""

    programme: str
    credit_limit_quarters: int
    blocks: tuple[str, ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueItem:
    """An item left undecided for too long. A seat assigned after `cutoff` is not overdue."""

    registration: str
    section: int
    state: ItemState
    student: int
    event_id: int
    cutoff: datetime


def load_items(registrations: Collection[str]) -> Mapping[str, list[CurrentItem]]:
    """Every item of these registrations, in the order requested."""
    found: dict[str, list[CurrentItem]] = defaultdict(list)
    for registration, mode, section, state, drop_requested in fetch(
        _ITEMS, [_uuids(registrations)]
    ):
        item = CurrentItem(
            section=section,
            mode=Mode(mode),
            state=ItemState(state),
            drop_requested=drop_requested,
        )
        found[str(registration)].append(item)
    return found


def get_item(*, student: int, registration: UUID, section: int) -> StudentItem | None:
    """One item of this student, or None."""
    rows = fetch(_ITEM, [settings.TIME_ZONE, registration, section, student])
    if not rows:
        return None
    state, drop_requested, drop_until, is_drop_over, is_refund_over = rows[0]
    return StudentItem(
        state=ItemState(state),
        drop_requested=drop_requested,
        drop_until=drop_until,
        is_drop_over=is_drop_over,
        is_refund_over=is_refund_over,
    )


def load_live_items(students: Collection[int]) -> Mapping[int, list[LiveItem]]:
    """The live items of these students, over all terms."""
    found: dict[int, list[LiveItem]] = defaultdict(list)
    for row in fetch(_LIVE, [list(students)]):
        student, registration, section, state, module, credit_quarters, intervals, term, is_open = (
            row
        )
        item = LiveItem(
            registration=str(registration),
            term=term,
            state=ItemState(state),
            entry=ScheduleEntry(
                section=section, module=module, credit_quarters=credit_quarters, intervals=intervals
            ),
            is_open=is_open,
        )
        found[student].append(item)
    return found


def load_students(students: Collection[int]) -> Mapping[int, CurrentStudent]:
    """Programme, limit and blocks of these students."""
    return {
        row[0]: CurrentStudent(
            programme=row[1], credit_limit_quarters=row[2], blocks=tuple(row[3]), is_active=row[4]
        )
        for row in fetch(_STUDENTS, [list(students)])
    }


def load_overdue_items(*, seconds: int, at_most: int) -> list[OverdueItem]:
    """Undecided items unchanged for `seconds` by the database's clock, the oldest first."""
    rows = fetch(_OVERDUE, [seconds, seconds, at_most])
    return [
        OverdueItem(
            registration=str(row[0]),
            section=row[1],
            state=ItemState(row[2]),
            student=row[3],
            event_id=row[4],
            cutoff=row[5],
        )
        for row in rows
    ]


def _uuids(registrations: Collection[str]) -> list[UUID]:
    return [UUID(registration) for registration in registrations]
