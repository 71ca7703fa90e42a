"""Students: admitted and edited, one event per changed row."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from django.db import transaction

from project.bus.sql import run
from project.bus.store import append
from project.events.registration import StudentChanged
from project.ops.digests import keyed_digest
from registration.rules.people import Admission, Categories, category_faults
from registration.selectors.audience import load_categories
from registration.selectors.students import load_admissions
from registration.services.student_locks import students_lock

CHUNK = 5000

_RECORDS = """
INSERT INTO registration_student_record (student_id, standing, adviser_id, credits_earned_quarters)
SELECT student, standing, adviser, credits_earned_quarters
  FROM jsonb_to_recordset(%s)
       AS r(student bigint, standing text, adviser bigint, credits_earned_quarters int)
    ON CONFLICT (student_id) DO UPDATE
   SET standing = excluded.standing, adviser_id = excluded.adviser_id,
       credits_earned_quarters = excluded.credits_earned_quarters"""
_ATTEMPTS_GONE = "DELETE FROM registration_attempt WHERE student_id = ANY(%s)"
_ATTEMPTS = """
INSERT INTO registration_attempt (student_id, module_code, term, grade, status)
SELECT a.student, a.module, a.term, a.grade, a.status
  FROM jsonb_to_recordset(%s)
       AS a(student bigint, module text, term text, grade text, status text)"""


class UnknownCategory(LookupError):
    """A student cannot be put into a category: there is none, or it is retired."""


def students_admit(rows: Sequence[Admission]) -> int:
    """Admit or edit many students in one transaction; no event for a student who is unchanged.

    Returns how many changed. Raises LookupError for a user who does not exist, UnknownCategory for
    a programme, level, standing, campus or group that does not.
    """
    changed = 0
    with transaction.atomic():
        categories = load_categories()
        for chunk in _chunks(rows):
            changed += _admit(chunk, categories)
    return changed


def student_change(admission: Admission) -> bool:
    """Admit or edit one student; False where nothing changed."""
    return bool(students_admit([admission]))


def _admit(rows: Sequence[Admission], categories: Categories) -> int:
    students_lock(row.student for row in rows)
    with_transcripts = any(row.transcript is not None for row in rows)
    known = load_admissions([row.student for row in rows], with_transcripts=with_transcripts)
    changed = [row for row in rows if _differs(row, known[row.student])]
    for row in changed:
        for _, _, reason in category_faults(row, categories, before=known[row.student]):
            raise UnknownCategory(reason)
    _keep(changed)
    append([_event(row) for row in changed])
    return len(changed)


def _chunks(rows: Sequence[Admission]) -> Iterator[list[Admission]]:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _differs(row: Admission, known: Admission | None) -> bool:
    if known is None or row.transcript is None:
        return known is None or replace(row, transcript=known.transcript) != known
    return replace(row, transcript=tuple(sorted(row.transcript))) != known


def _keep(rows: Sequence[Admission]) -> None:
    """Store what no event carries."""
    if not rows:
        return
    records = [
        {
            "student": row.student,
            "standing": row.standing,
            "adviser": row.adviser,
            "credits_earned_quarters": row.credits_earned_quarters,
        }
        for row in rows
    ]
    run(_RECORDS, [json.dumps(records)])
    with_transcript = [row for row in rows if row.transcript is not None]
    run(_ATTEMPTS_GONE, [[row.student for row in with_transcript]])
    lines = [
        {
            "student": row.student,
            "module": line.module,
            "term": line.term,
            "grade": line.grade,
            "status": line.status,
        }
        for row in with_transcript
        for line in row.transcript or ()
    ]
    run(_ATTEMPTS, [json.dumps(lines)])


def _event(row: Admission) -> StudentChanged:
    return StudentChanged(
        student=row.student,
        programme=row.programme,
        year=row.year,
        credit_limit_quarters=row.credit_limit_quarters,
        level=row.level,
        campus=row.campus,
        groups=row.groups,
        has_left=row.has_left,
        digest=keyed_digest(
            *(row.student, row.standing, row.adviser, row.credits_earned_quarters),
            [(line.module, line.term, line.grade, line.status) for line in row.transcript or ()],
        ),
    )
