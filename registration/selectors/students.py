"""Students, windows and blocks, for the registry's staff."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models.functions import Now

from project.bus.sql import Row, fetch
from project.events.registration import WindowChanged
from registration.models import Student, Term, Window
from registration.rules.people import Admission, Status, TranscriptLine

_STUDENTS = """
SELECT u.id, s.programme, s.year, s.credit_limit_quarters, s.level, s.campus, s.groups,
       coalesce(r.standing, ''), r.adviser_id, coalesce(r.credits_earned_quarters, 0), s.has_left,
       <transcript>
  FROM accounts_user u
  LEFT JOIN registration_student s ON s.id = u.id
  LEFT JOIN registration_student_record r ON r.student_id = u.id
 WHERE u.id = ANY(%s)"""
_TRANSCRIPT = """(
       SELECT json_agg(json_build_array(a.module_code, a.term, a.grade, a.status))
         FROM registration_attempt a WHERE a.student_id = u.id)"""


def load_admissions(
    students: Sequence[int], *, with_transcripts: bool = True
) -> Mapping[int, Admission | None]:
    """The stored record of each of these users; None for a user who is no student.

    Raises LookupError if one of them does not exist.
    """
    transcript = _TRANSCRIPT if with_transcripts else "NULL"
    rows = fetch(_STUDENTS.replace("<transcript>", transcript), [list(students)])
    missing = set(students) - {row[0] for row in rows}
    if missing:
        raise LookupError(f"no user has the id {min(missing)}")
    return {row[0]: _admission(row) if row[1] is not None else None for row in rows}


def load_student_ids(users: Collection[int]) -> set[int]:
    """Those of these users who are students."""
    return set(Student.objects.filter(id__in=users).values_list("id", flat=True))


def _admission(row: Row) -> Admission:
    student, programme, year, limit, level, campus, groups = row[:7]
    standing, adviser, earned, has_left, lines = row[7:]
    return Admission(
        student=student,
        programme=programme,
        year=year,
        credit_limit_quarters=limit,
        level=level,
        campus=campus,
        groups=tuple(groups),
        standing=standing,
        adviser=adviser,
        credits_earned_quarters=earned,
        has_left=has_left,
        transcript=tuple(sorted(_line(*line) for line in lines or ())),
    )


def _line(module: str, term: str, grade: str, status: str) -> TranscriptLine:
    return TranscriptLine(module=module, term=term, grade=grade, status=Status(status))


def get_window(window: int) -> WindowChanged | None:
    """The window as an event, or None."""
    row = Window.objects.filter(id=window).first()
    if row is None:
        return None
    return WindowChanged(
        window=row.id,
        term=row.term_id,
        opens_at=row.opens_at.isoformat(),
        closes_at=row.closes_at.isoformat(),
        programme=row.programme,
        year=row.year,
        level=row.level,
        campus=row.campus,
        group=row.student_group,
    )


def get_term_id(code: str) -> int | None:
    """The id of the term, or None if it is not in the catalogue."""
    return Term.objects.filter(code=code).values_list("id", flat=True).first()


def load_term_codes() -> dict[int, str]:
    """The code of every term, by id."""
    return dict(Term.objects.values_list("id", "code"))


def window_is_open(term: int) -> bool:
    """Whether everyone may register for the term now, by the database's clock."""
    for_everyone = Window.objects.filter(
        term_id=term, programme="", year=None, level="", campus="", student_group=""
    )
    return for_everyone.filter(opens_at__lte=Now(), closes_at__gt=Now()).exists()


def load_required_codes(term: int) -> tuple[str, ...]:
    """Every module code named in a requirement of the term."""
    rows = fetch(
        "SELECT DISTINCT jsonb_array_elements_text(clause->'any_of') AS code"
        "  FROM registration_section s JOIN registration_module m ON m.id = s.module_id,"
        "       jsonb_array_elements(m.requires) AS clause"
        " WHERE s.term_id = %s ORDER BY code",
        [term],
    )
    return tuple(row[0] for row in rows)
