"""Terms with sections, and which of them is current by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from project.bus.sql import fetch
from registration.rules.window_status import TermWindow, WindowStatus, window_status
from registration.selectors.audience import OPENS_FOR

# First the terms open for registration to the student, the last opened first; then the one being
# taught; then the next; then the latest. Ended terms come last, even with an open window.
_OFFERED = """
SELECT t.id, t.code, t.name, s.id IS NOT NULL, statement_timestamp(), w.opens, w.closes,
       t.ends_on < campus.today
  FROM registration_term t
  LEFT JOIN registration_student s ON s.id = %(student)s
  LEFT JOIN LATERAL (
       SELECT max(w.opens_at) FILTER (WHERE w.opens_at <= statement_timestamp()
                                        AND w.closes_at > statement_timestamp()) AS opened_at,
              min(w.opens_at) FILTER (WHERE w.closes_at > statement_timestamp()) AS opens_at,
              array_agg(w.opens_at ORDER BY w.id) AS opens,
              array_agg(w.closes_at ORDER BY w.id) AS closes
         FROM registration_window w
        WHERE w.term_id = t.id
          AND <opens for>) w ON true
 CROSS JOIN LATERAL (
       SELECT (statement_timestamp() AT TIME ZONE %(zone)s)::date AS today) campus
 CROSS JOIN LATERAL (
       SELECT CASE WHEN t.ends_on < today THEN 4
                   WHEN w.opened_at IS NOT NULL THEN 0
                   WHEN t.starts_on <= today THEN 1
                   WHEN t.starts_on > today OR w.opens_at IS NOT NULL THEN 2
                   ELSE 3 END AS place) rule
 WHERE NOT t.is_draft
   AND EXISTS (SELECT FROM registration_section c
                WHERE c.term_id = t.id AND (%(module)s::bigint IS NULL OR c.module_id = %(module)s))
 ORDER BY place,
       CASE place WHEN 0 THEN w.opened_at END DESC,
       CASE place WHEN 1 THEN t.starts_on END DESC,
       CASE place WHEN 2 THEN least(t.starts_on, w.opens_at) END,
       t.ends_on DESC NULLS LAST, t.id DESC""".replace("<opens for>", OPENS_FOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermChoice:
    """A term with sections, and the student's windows in it as of `now`: empty if the term has
    ended, None for a user who is not a student."""

    id: int
    code: str
    name: str
    now: datetime
    windows: tuple[TermWindow, ...] | None = None


def load_terms(*, student: int, module: int | None = None) -> list[TermChoice]:
    """Terms with sections (of that module), the current one for this user first."""
    params = {"student": student, "module": module, "zone": settings.TIME_ZONE}
    rows = fetch(_OFFERED, params)
    return [_offered(row) for row in rows]


def load_paused_terms() -> list[str]:
    """The names of the terms that are paused; students know of no drafts."""
    rows = fetch("SELECT name FROM registration_term WHERE is_paused AND NOT is_draft ORDER BY id")
    return [name for (name,) in rows]


def window_status_in(terms: Sequence[TermChoice]) -> WindowStatus | None:
    """Whether registration is open for the student whose terms these are; needs all of them."""
    windows = [one for term in terms if term.windows for one in term.windows]
    is_student = any(term.windows is not None for term in terms)
    return window_status(windows, terms[0].now) if is_student else None


def _offered(row: Sequence[Any]) -> TermChoice:
    number, code, name, is_student, now, opens, closes, has_ended = row
    pairs = () if has_ended else zip(opens or (), closes or (), strict=True)
    windows = tuple(TermWindow(term=name, opens_at=o, closes_at=c) for o, c in pairs)
    return TermChoice(
        id=number, code=code, name=name, now=now, windows=windows if is_student else None
    )
