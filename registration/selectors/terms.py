"""Terms that have something to register for."""

from dataclasses import dataclass

from project.bus.sql import fetch

# Where the student's window is open comes first, then where it opens soonest, then the newest.
_OFFERED = """
SELECT t.id, t.code, t.name
  FROM registration_term t
  LEFT JOIN registration_student s ON s.id = %(student)s
  LEFT JOIN LATERAL (
       SELECT bool_or(w.opens_at <= statement_timestamp()) AS is_open, min(w.opens_at) AS opens_at
         FROM registration_window w
        WHERE w.term_id = t.id AND w.closes_at > statement_timestamp()
          AND w.programme IN ('', s.programme) AND (w.year IS NULL OR w.year = s.year)) w ON true
 WHERE EXISTS (SELECT FROM registration_section c
                WHERE c.term_id = t.id AND (%(module)s::bigint IS NULL OR c.module_id = %(module)s))
 ORDER BY w.is_open DESC NULLS LAST, CASE WHEN w.is_open THEN NULL ELSE w.opens_at END NULLS LAST,
       t.id DESC"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermOffered:
    """A term with sections."""

    id: int
    code: str
    name: str


def terms_offered(*, student: int, module: int | None = None) -> list[TermOffered]:
    """Terms with sections (of that module), the one that concerns this person most first."""
    rows = fetch(_OFFERED, {"student": student, "module": module})
    return [TermOffered(id=number, code=code, name=name) for number, code, name in rows]
