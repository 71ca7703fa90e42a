"""A student's live items, and all their registrations."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from project.bus.sql import Prepared, run_together
from project.events.vocabulary import ItemState, fill_words
from project.web.keyset import page_of
from registration.models import Student
from registration.selectors.progress import (
    NEWEST_FIRST,
    Progress,
    registration_summary,
    registrations_of,
)
from registration.selectors.waitlist import WAITLIST_POSITION

PAGE_SIZE = 20

_ITEM = """
SELECT i.registration_id, i.section_id, i.module_code, c.module_id, c.code, m.title,
       i.credit_quarters, i.state, i.drop_requested, <place>, c.term_id, t.name, c.meetings::json
  FROM registration_item i JOIN registration_registration r ON r.id = i.registration_id
  JOIN registration_section c ON c.id = i.section_id
  JOIN registration_module m ON m.id = c.module_id
  JOIN registration_term t ON t.id = c.term_id
""".replace("<place>", WAITLIST_POSITION)

_LIVE = Prepared(
    name="registration_held",
    types="bigint",
    sql=_ITEM
    + fill_words(" WHERE i.student_id = $1 AND i.state IN <LIVE_STATES>")
    + " ORDER BY t.code DESC, i.module_code, c.code",
)
_ONE = Prepared(
    name="registration_held_one",
    types="uuid, bigint, bigint",
    sql=_ITEM + " WHERE i.registration_id = $1 AND i.section_id = $2 AND i.student_id = $3",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentItemRow:
    """One item of a student; `code` is that of its section."""

    registration: UUID
    section: int
    module: str
    module_id: int
    code: str
    title: str
    credit_quarters: int
    state: ItemState
    drop_requested: bool
    waitlist_position: int | None
    term: int
    term_name: str
    meetings: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A page of registrations, the newest first; `older` is the cursor of the next page."""

    registrations: tuple[Progress, ...]
    older: str | None


def load_items(student: int) -> list[StudentItemRow]:
    """The student's live items, term by term. One statement."""
    return [_held(row) for row in run_together((_LIVE, [student]))]


def get_student_item(*, registration: UUID, section: int, student: int) -> StudentItemRow | None:
    """One item, live or not; None if it is not the student's."""
    rows = run_together((_ONE, [registration, section, student]))
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


def _held(row: tuple[Any, ...]) -> StudentItemRow:
    (
        registration,
        section,
        module,
        module_id,
        code,
        title,
        credit_quarters,
        state,
        drop_requested,
    ) = row[:9]
    place, term, term_name, meetings = row[9:]
    return StudentItemRow(
        registration=registration,
        section=section,
        module=module,
        module_id=module_id,
        code=code,
        title=title,
        credit_quarters=credit_quarters,
        state=ItemState(state),
        drop_requested=drop_requested,
        waitlist_position=place,
        term=term,
        term_name=term_name,
        meetings=tuple(meetings),
    )
