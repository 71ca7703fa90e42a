"""What the event log and the tables say of a run: the SQL files beside this one."""

import json
from pathlib import Path
from typing import Any

from django.db import connection

from project.messages.modules import Clause, SectionChanged
from project.surge.counting import Answered, Pressure
from project.surge.offers import Offer

HERE = Path(__file__).parent / "sql"


def _rows(name: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute((HERE / f"{name}.sql").read_text(), params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def term_id(code: str) -> int:
    """The term of that code, as modules last said it. Raises LookupError for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (data->>'term')::bigint FROM bus_event"
            " WHERE type = 'modules.term_changed.v1' AND data->>'code' = %s",
            [code],
        )
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no term {code}")
    return int(row[0])


def offers(term: int) -> list[tuple[str, Offer]]:
    """The open sections of a term, each with its section code."""
    found = []
    for data, requires in _rows("sections", term=term):
        section = SectionChanged.from_data(_parsed(data))
        if section.is_open:
            found.append((section.code, _offer(section, _parsed(requires))))
    return found


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _offer(section: SectionChanged, requires: list[dict[str, Any]]) -> Offer:
    clauses = (
        Clause(any_of=tuple(one["any_of"]), together=tuple(one.get("together", ())))
        for one in requires
    )
    return Offer(
        section=section.section,
        module=section.module_code,
        credits=section.credits,
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
    """Free seats beside a queue."""
    return int(sum(row[1] for row in _rows("undersold", term=term)))


def order_inversions(term: int) -> list[str]:
    """Seats given while a smaller position waited for one, named."""
    return [row[0] for row in _rows("order_inversions", term=term)]


def pressure(sections: list[int]) -> Pressure:
    """How full the sections became, and how many freed seats went on."""
    filled, passed_on = _rows("filled", sections=sections)[0]
    return Pressure(offered=len(sections), filled=filled, passed_on=passed_on)


def batch_size_mean(term: int) -> float:
    """Submissions per batch."""
    return float(_rows("batches", term=term)[0][0])


def unsent_mail() -> int:
    """Letters still to be sent."""
    return int(_rows("unsent_mail")[0][0])
