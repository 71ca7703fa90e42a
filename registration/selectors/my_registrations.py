"""A student's live items, and all their registrations."""

from dataclasses import dataclass
from uuid import UUID

from project.bus.sql import Prepared, Record, run_records
from project.events.vocabulary import ItemState, fill_words
from project.web.keyset import page_of
from registration.models import Student
from registration.rules.schedule import Slots
from registration.selectors.catalogue_section import CATALOGUE_SECTIONS, CatalogueSection
from registration.selectors.progress import (
    NEWEST_FIRST,
    Progress,
    registration_summary,
    registrations_of,
)
from registration.selectors.waitlist import WAITLIST_POSITION

PAGE_SIZE = 20

_ITEM = """
SELECT i.registration_id AS registration, row_to_json(section) AS section, i.credit_quarters,
       i.state, i.drop_requested, <place> AS waitlist_position, t.teaching
  FROM registration_item i JOIN registration_registration r ON r.id = i.registration_id
  JOIN (<sections>) section ON section.id = i.section_id
  JOIN registration_term t ON t.id = section.term
""".replace("<place>", WAITLIST_POSITION).replace("<sections>", CATALOGUE_SECTIONS)

_LIVE = Prepared(
    name="registration_held",
    types="bigint",
    sql=_ITEM
    + fill_words(" WHERE i.student_id = $1 AND i.state IN <LIVE_STATES>")
    + " ORDER BY t.code DESC, section.module, section.code",
)
_ONE = Prepared(
    name="registration_held_one",
    types="uuid, bigint, bigint",
    sql=_ITEM + " WHERE i.registration_id = $1 AND i.section_id = $2 AND i.student_id = $3",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentItemRow:
    """One item of a student, with its section; `credit_quarters` are those it counts."""

    registration: UUID
    section: CatalogueSection
    credit_quarters: int
    state: ItemState
    drop_requested: bool
    waitlist_position: int | None
    teaching: Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A page of registrations, the newest first; `older` is the cursor of the next page."""

    registrations: tuple[Progress, ...]
    older: str | None


def load_items(student: int) -> list[StudentItemRow]:
    """The student's live items, term by term. One statement."""
    return [_held(row) for row in run_records((_LIVE, [student]))]


def get_student_item(*, registration: UUID, section: int, student: int) -> StudentItemRow | None:
    """One item, live or not; None if it is not the student's."""
    rows = run_records((_ONE, [registration, section, student]))
    return _held(rows[0]) if rows else None


def load_history(student: int, *, cursor: str = "") -> History:
    """A page of the student's registrations. Raises Refusal for an invalid cursor."""
    rows = registrations_of(student)
    page = page_of(rows, order=NEWEST_FIRST, cursor=cursor, size=PAGE_SIZE)
    return History(
        registrations=tuple(registration_summary(row) for row in page.rows), older=page.next
    )


def is_student(user: int) -> bool:
    """Whether the user has been admitted as a student."""
    return Student.objects.filter(id=user).exists()


def _held(record: Record) -> StudentItemRow:
    section, state = CatalogueSection(**record.pop("section")), ItemState(record.pop("state"))
    return StudentItemRow(section=section, state=state, **record)
