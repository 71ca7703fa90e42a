"""Items for the steps of the saga, in batches. Take the student lock before reading them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from project.bus.sql import fetch_records
from project.events.vocabulary import ItemState, Mode, fill_words
from registration.rules.schedule import ScheduleEntry, Slots
from registration.selectors.blocks import REASONS
from registration.selectors.rule_sections import RULE_COLUMNS

_ITEMS = """
SELECT i.registration_id AS registration, r.mode, i.section_id AS section, i.state,
       i.drop_requested
  FROM registration_item i JOIN registration_registration r ON r.id = i.registration_id
 WHERE i.registration_id = ANY(%s)
 ORDER BY i.registration_id, i.ordinal"""

# A confirmed item can be dropped until `drop_until`, at the latest until the end of the term's last
# day; its fee is refunded until `refund_until`.
_ITEM = """
SELECT i.state, i.drop_requested, until.drop_until,
       coalesce(until.drop_until <= statement_timestamp(), false) AS is_drop_over,
       coalesce(t.refund_until <= statement_timestamp(), false) AS is_refund_over
  FROM registration_item i
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_term t ON t.id = c.term_id
 CROSS JOIN LATERAL (
       SELECT least(t.drop_until, (t.ends_on + 1)::timestamp AT TIME ZONE %s)
           AS drop_until) until
 WHERE i.registration_id = %s AND i.section_id = %s AND i.student_id = %s"""

_LIVE = fill_words("""
SELECT i.student_id AS student, i.registration_id::text AS registration, i.state,
       i.credit_quarters, <section>,
       c.term_id AS term, c.is_open AND c.seats IS DISTINCT FROM 0 AS is_open, t.teaching
  FROM registration_item i JOIN registration_section c ON c.id = i.section_id
  JOIN registration_term t ON t.id = c.term_id
 WHERE i.student_id = ANY(%s) AND i.state IN <LIVE_STATES>""").replace(
    "<section>", ", ".join(f"{column} AS {name}" for name, column in RULE_COLUMNS.items())
)

_STUDENTS = """
SELECT s.id, s.programme, s.credit_limit_quarters, <blocks> AS blocks,
       coalesce(u.is_active, false) AS is_active
  FROM registration_student s LEFT JOIN accounts_user u ON u.id = s.id
 WHERE s.id = ANY(%s)""".replace("<blocks>", REASONS)

_OVERDUE = fill_words("""
SELECT i.registration_id::text AS registration, i.section_id AS section, i.state,
       i.student_id AS student, r.event_id,
       clock_timestamp() - make_interval(secs => %s) AS cutoff
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
    """A live item with its entry in the student's schedule, and the days of its term."""

    registration: str
    term: int
    state: ItemState
    entry: ScheduleEntry
    is_open: bool = True
    teaching: Slots = ()


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
    for record in fetch_records(_ITEMS, [_uuids(registrations)]):
        registration = str(record.pop("registration"))
        state, mode = ItemState(record.pop("state")), Mode(record.pop("mode"))
        found[registration].append(CurrentItem(state=state, mode=mode, **record))
    return found


def get_item(*, student: int, registration: UUID, section: int) -> StudentItem | None:
    """One item of this student, or None."""
    for record in fetch_records(_ITEM, [settings.TIME_ZONE, registration, section, student]):
        return StudentItem(state=ItemState(record.pop("state")), **record)
    return None


def load_live_items(students: Collection[int]) -> Mapping[int, list[LiveItem]]:
    """The live items of these students, over all terms."""
    found: dict[int, list[LiveItem]] = defaultdict(list)
    for record in fetch_records(_LIVE, [list(students)]):
        student, state = record.pop("student"), ItemState(record.pop("state"))
        item = {name: record.pop(name) for name in ("registration", "term", "is_open", "teaching")}
        found[student].append(LiveItem(state=state, entry=ScheduleEntry(**record), **item))
    return found


def load_students(students: Collection[int]) -> Mapping[int, CurrentStudent]:
    """Programme, limit and blocks of these students."""
    return {
        record.pop("id"): CurrentStudent(blocks=tuple(record.pop("blocks")), **record)
        for record in fetch_records(_STUDENTS, [list(students)])
    }


def load_overdue_items(*, seconds: int, at_most: int) -> list[OverdueItem]:
    """Undecided items unchanged for `seconds` by the database's clock, the oldest first."""
    records = fetch_records(_OVERDUE, [seconds, seconds, at_most])
    return [OverdueItem(state=ItemState(record.pop("state")), **record) for record in records]


def _uuids(registrations: Collection[str]) -> list[UUID]:
    return [UUID(registration) for registration in registrations]
