"""Students, windows and blocks, for the registry's staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from project.bus.sql import fetch
from project.events.registration import BlockChanged, StudentChanged, WindowChanged
from registration.models import Block, Term, Window

_STUDENTS = """
SELECT u.id, s.programme, s.year, s.credit_limit_quarters, s.transcript
  FROM accounts_user u LEFT JOIN registration_student s ON s.id = u.id
 WHERE u.id = ANY(%s)"""


def load_students(students: Sequence[int]) -> Mapping[int, StudentChanged | None]:
    """The current record of each of these users, as an event; None for a user who is no student.

    Raises LookupError if one of them does not exist.
    """
    rows = fetch(_STUDENTS, [list(students)])
    missing = set(students) - {row[0] for row in rows}
    if missing:
        raise LookupError(f"no user has the id {min(missing)}")
    return {row[0]: _student(*row) if row[1] is not None else None for row in rows}


def _student(
    student: int, programme: str, year: int, credit_limit_quarters: int, transcript: list[str]
) -> StudentChanged:
    return StudentChanged(
        student=student,
        programme=programme,
        year=year,
        credit_limit_quarters=credit_limit_quarters,
        transcript=tuple(transcript),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A user, and whether they are admitted as a student."""

    id: int
    name: str
    is_student: bool


_NAMED = """
SELECT u.id, u.username, s.id IS NOT NULL
  FROM accounts_user u LEFT JOIN registration_student s ON s.id = u.id
 WHERE upper(u.username) = upper(%(name)s) OR upper(u.email) = upper(%(name)s)
    OR u.id::text = %(name)s
 ORDER BY u.id LIMIT 2"""


def users_named(name: str) -> list[Known]:
    """Users with this user name, email address or id; two if it is ambiguous."""
    rows = fetch(_NAMED, {"name": name})
    return [Known(id=number, name=user, is_student=admitted) for number, user, admitted in rows]


def programmes_known() -> list[str]:
    """Every programme with a student."""
    rows = fetch("SELECT DISTINCT programme FROM registration_student ORDER BY programme")
    return [programme for (programme,) in rows]


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
    )


def get_block(block: int) -> BlockChanged | None:
    """The block as an event, or None."""
    row = Block.objects.filter(id=block).first()
    if row is None:
        return None
    return BlockChanged(block=row.id, student=row.student_id, reason=row.reason)


def get_term_id(code: str) -> int | None:
    """The id of the term, or None if it is not in the catalogue."""
    return Term.objects.filter(code=code).values_list("id", flat=True).first()


def load_term_codes() -> dict[int, str]:
    """The code of every term, by id."""
    return dict(Term.objects.values_list("id", "code"))


def window_is_open(term: int) -> bool:
    """Whether everyone may register for the term now, by the database's clock."""
    return bool(
        fetch(
            "SELECT 1 FROM registration_window WHERE term_id = %s AND programme = ''"
            " AND year IS NULL AND clock_timestamp() >= opens_at AND clock_timestamp() < closes_at",
            [term],
        )
    )


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
