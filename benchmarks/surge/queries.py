"""Query the event log and the tables about a run, with the SQL files beside this one."""

import json
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.errors import BenchmarkFailed
from benchmarks.surge.metrics import Answered, Pressure
from benchmarks.surge.section_pool import PooledSection
from project.events.modules import Clause, SectionChanged

HERE = Path(__file__).parent / "sql"


def _rows(name: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute((HERE / f"{name}.sql").read_text(), params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def term_id(code: str) -> int:
    """The id of the term with that code. Raises `BenchmarkFailed` for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (data->>'term')::bigint FROM bus_event"
            " WHERE type = 'modules.term_changed.v1' AND data->>'code' = %s",
            [code],
        )
        row = cursor.fetchone()
    if row is None:
        raise BenchmarkFailed(f"There is no term {code}.")
    return int(row[0])


def section_pool(term: int) -> list[tuple[str, PooledSection]]:
    """The open sections of a term, each with its section code."""
    found = []
    for data, requires in _rows("sections", term=term):
        section = SectionChanged.from_data(_parsed(data))
        if section.is_open:
            found.append((section.code, _offer(section, _parsed(requires))))
    return found


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _offer(section: SectionChanged, requires: list[dict[str, Any]]) -> PooledSection:
    clauses = (
        Clause(any_of=tuple(clause["any_of"]), together=tuple(clause.get("together", ())))
        for clause in requires
    )
    return PooledSection(
        id=section.section,
        module=section.module_code,
        credit_quarters=section.credit_quarters,
        seats=section.seats,
        weight=0,
        meetings=section.meetings,
        requires=tuple(clauses),
    )


def answers(term: int) -> dict[str, Answered]:
    """Each accepted registration of the term with its times."""
    return {
        row[0]: Answered(registration=row[0], submitted=row[1], answered=row[2])
        for row in _rows("answers", term=term)
    }


def oversold(term: int) -> int:
    """Allocations beyond the seats there are."""
    return int(sum(row[1] for row in _rows("oversold", term=term)))


def undersold(term: int) -> int:
    """Free seats in sections with a waitlist."""
    return int(sum(row[1] for row in _rows("undersold", term=term)))


def order_inversions(term: int) -> list[str]:
    """Seats allocated while a smaller position was waiting, described."""
    return [row[0] for row in _rows("order_inversions", term=term)]


def pressure(sections: list[int]) -> Pressure:
    """How full the sections became, and how many released seats were allocated again."""
    filled, passed_on = _rows("filled", sections=sections)[0]
    return Pressure(offered=len(sections), filled=filled, passed_on=passed_on)


def batch_size_mean(term: int) -> float:
    """Submissions per batch."""
    return float(_rows("batches", term=term)[0][0])
