"""Students who are enrolled, and what they would lose by leaving."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from project.bus.sql import fetch_records
from project.events.vocabulary import ItemState, fill_words

# What has ended stays as it was: terms after their last day.
_TO_DROP = fill_words("""
  FROM registration_item i
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_term t ON t.id = c.term_id
   AND (t.ends_on IS NULL OR t.ends_on >= (statement_timestamp() AT TIME ZONE %(zone)s)::date)
 WHERE i.state IN <LIVE_STATES>""")
_ENROLLED = """
SELECT s.id, coalesce(nullif(u.number, ''), u.username) || ' ' || u.full_name AS name,
       (SELECT count(*) <to drop> AND i.student_id = s.id) AS sections
  FROM registration_student s JOIN accounts_user u ON u.id = s.id
 WHERE NOT s.has_left AND (%(students)s::bigint[] IS NULL OR s.id = ANY(%(students)s))
 ORDER BY name, s.id""".replace("<to drop>", _TO_DROP)
_ITEMS = fill_words("""
SELECT i.student_id AS student, i.registration_id::text AS registration, i.section_id AS section,
       i.state, i.drop_requested, i.state = <ItemState.CONFIRMED>
       AND coalesce(t.refund_until <= statement_timestamp(), false) AS is_refund_over
<to drop> AND i.student_id = ANY(%(students)s)
 ORDER BY i.student_id, i.registration_id, i.ordinal""").replace("<to drop>", _TO_DROP)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledStudent:
    """A student by number and name, and how many sections and waitlist entries would be dropped."""

    id: int
    name: str
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


def load_enrolled(students: Collection[int] | None = None) -> list[EnrolledStudent]:
    """Every student who has not left, or those of these, by number."""
    records = fetch_records(_ENROLLED, _params(students))
    return [EnrolledStudent(**record) for record in records]


def load_items_to_drop(students: Collection[int]) -> list[ItemToDrop]:
    """The live items of these students in terms that are not over."""
    records = fetch_records(_ITEMS, _params(students))
    return [ItemToDrop(state=ItemState(record.pop("state")), **record) for record in records]


def _params(students: Collection[int] | None) -> dict[str, Any]:
    among = None if students is None else list(students)
    return {"students": among, "zone": settings.TIME_ZONE}
