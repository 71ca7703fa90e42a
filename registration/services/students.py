"""Students: admitted and edited, one event per changed row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from project.bus.store import append
from project.events.registration import StudentChanged
from registration.selectors.students import load_students
from registration.services.student_locks import students_lock

CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A student's record at the registry. `student` is the id of an existing user."""

    student: int
    programme: str
    year: int
    credit_limit_quarters: int
    transcript: tuple[str, ...] = ()


def students_admit(rows: Sequence[Admission]) -> int:
    """Admit or edit many students in one transaction; no event for a student who is unchanged.

    Returns how many changed. Raises LookupError for a user who does not exist.
    """
    changed = 0
    with transaction.atomic():
        for chunk in _chunks(rows):
            students_lock(row.student for row in chunk)
            known = load_students([row.student for row in chunk])
            rows_as_events = [_event(row) for row in chunk]
            events = [event for event in rows_as_events if known[event.student] != event]
            append(events)
            changed += len(events)
    return changed


def student_change(admission: Admission) -> bool:
    """Admit or edit one student; False where nothing changed."""
    return bool(students_admit([admission]))


def _chunks(rows: Sequence[Admission]) -> Iterator[list[Admission]]:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _event(row: Admission) -> StudentChanged:
    return StudentChanged(
        student=row.student,
        programme=row.programme,
        year=row.year,
        credit_limit_quarters=row.credit_limit_quarters,
        transcript=row.transcript,
    )
