"""What staff see of a term before they publish, pause or resume it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from project.bus.sql import fetch

_FACTS = """
SELECT t.id, t.code, t.name, count(s.id), count(DISTINCT s.module_id),
       count(s.id) FILTER (WHERE s.meetings = '[]'),
       count(s.id) FILTER (WHERE NOT s.is_open OR s.seats = 0), coalesce(sum(s.waiting), 0),
       coalesce(sum(least(s.waiting, greatest(coalesce(s.seats - s.taken, s.waiting), 0)))
                FILTER (WHERE s.is_open), 0),
       (SELECT max(w.closes_at) FROM modules_window w WHERE w.term_id = t.id)
  FROM modules_term t LEFT JOIN modules_section s ON s.term_id = t.id
 WHERE t.id = ANY(%s)
 GROUP BY t.id
 ORDER BY t.code"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSummary:
    """A term in numbers. `offers` is how many free seats somebody waits for."""

    term: int
    code: str
    name: str
    sections: int
    modules: int
    without_times: int
    closed: int
    waiting: int
    offers: int
    last_close: datetime | None

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


def load_term_summaries(terms: Sequence[int]) -> list[TermSummary]:
    """These terms, by code."""
    return [
        TermSummary(
            term=term, code=code, name=name, sections=sections, modules=modules,
            without_times=without_times, closed=closed, waiting=int(waiting), offers=int(offers),
            last_close=last_close,
        )
        for term, code, name, sections, modules, without_times, closed, waiting, offers, last_close
        in fetch(_FACTS, [list(terms)])
    ]  # fmt: skip
