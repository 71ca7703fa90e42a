"""Terms that have something to register for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from project.bus.sql import fetch
from registration.rules.window_status import TermWindow, WindowStatus, window_status

# Where the student's window is open comes first, then where it opens soonest, then the newest.
_OFFERED = """
SELECT t.id, t.code, t.name, s.id IS NOT NULL, statement_timestamp(), w.opens, w.closes,
       t.ends_on < current_date
  FROM registration_term t
  LEFT JOIN registration_student s ON s.id = %(student)s
  LEFT JOIN LATERAL (
       SELECT bool_or(w.opens_at <= statement_timestamp())
                FILTER (WHERE w.closes_at > statement_timestamp()) AS is_open,
              min(w.opens_at) FILTER (WHERE w.closes_at > statement_timestamp()) AS opens_at,
              array_agg(w.opens_at ORDER BY w.id) AS opens,
              array_agg(w.closes_at ORDER BY w.id) AS closes
         FROM registration_window w
        WHERE w.term_id = t.id
          AND w.programme IN ('', s.programme) AND (w.year IS NULL OR w.year = s.year)) w ON true
 WHERE EXISTS (SELECT FROM registration_section c
                WHERE c.term_id = t.id AND (%(module)s::bigint IS NULL OR c.module_id = %(module)s))
 ORDER BY w.is_open DESC NULLS LAST, CASE WHEN w.is_open THEN NULL ELSE w.opens_at END NULLS LAST,
       t.id DESC"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermOffered:
    """A term with sections, and the windows in it of the student who asks, as of `now`: none of a
    term that has ended, None for somebody who is no student."""

    id: int
    code: str
    name: str
    now: datetime
    windows: tuple[TermWindow, ...] | None = None


def terms_offered(*, student: int, module: int | None = None) -> list[TermOffered]:
    """Terms with sections (of that module), the one that concerns this person most first."""
    rows = fetch(_OFFERED, {"student": student, "module": module})
    return [_offered(row) for row in rows]


def window_status_in(terms: Sequence[TermOffered]) -> WindowStatus | None:
    """Whether registration is open for the student who asked for these terms: all there are."""
    windows = [one for term in terms if term.windows for one in term.windows]
    is_student = any(term.windows is not None for term in terms)
    return window_status(windows, terms[0].now) if is_student else None


def _offered(row: Sequence[Any]) -> TermOffered:
    number, code, name, is_student, now, opens, closes, has_ended = row
    pairs = () if has_ended else zip(opens or (), closes or (), strict=True)
    windows = tuple(TermWindow(term=name, opens_at=o, closes_at=c) for o, c in pairs)
    return TermOffered(
        id=number, code=code, name=name, now=now, windows=windows if is_student else None
    )
