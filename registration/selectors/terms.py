"""Terms that have something to register for, and which of them is meant where nobody says."""

from dataclasses import dataclass

from django.conf import settings

from project.bus.sql import fetch

# First where registration is open to the student, the last opened; then what is taught now; then
# what comes next; then the latest. What is over is last, whatever window was left open.
_OFFERED = """
SELECT t.id, t.code, t.name
  FROM registration_term t
  LEFT JOIN registration_student s ON s.id = %(student)s
  LEFT JOIN LATERAL (
       SELECT max(w.opens_at) FILTER (WHERE w.opens_at <= statement_timestamp()) AS opened_at,
              min(w.opens_at) AS opens_at
         FROM registration_window w
        WHERE w.term_id = t.id AND w.closes_at > statement_timestamp()
          AND w.programme IN ('', s.programme) AND (w.year IS NULL OR w.year = s.year)) w ON true
 CROSS JOIN LATERAL (
       SELECT (statement_timestamp() AT TIME ZONE %(zone)s)::date AS today) campus
 CROSS JOIN LATERAL (
       SELECT CASE WHEN t.ends_on < today THEN 4
                   WHEN w.opened_at IS NOT NULL THEN 0
                   WHEN t.starts_on <= today THEN 1
                   WHEN t.starts_on > today OR w.opens_at IS NOT NULL THEN 2
                   ELSE 3 END AS place) rule
 WHERE EXISTS (SELECT FROM registration_section c
                WHERE c.term_id = t.id AND (%(module)s::bigint IS NULL OR c.module_id = %(module)s))
 ORDER BY place,
       CASE place WHEN 0 THEN w.opened_at END DESC,
       CASE place WHEN 1 THEN t.starts_on END DESC,
       CASE place WHEN 2 THEN least(t.starts_on, w.opens_at) END,
       t.ends_on DESC NULLS LAST, t.id DESC"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermOffered:
    """A term with sections."""

    id: int
    code: str
    name: str


def terms_offered(*, student: int, module: int | None = None) -> list[TermOffered]:
    """Terms with sections (of that module), the current one for this person first."""
    params = {"student": student, "module": module, "zone": settings.TIME_ZONE}
    rows = fetch(_OFFERED, params)
    return [TermOffered(id=number, code=code, name=name) for number, code, name in rows]
