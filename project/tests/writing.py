"""Watch what projections really do to the rows of their tables, on the real database."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from project.bus.projecting import Projection, with_projections
from project.bus.registry import bus
from project.bus.sql import fetch, run
from project.bus.subscribing import project_events
from project.messages.fact import Fact, to_json

# Far from every other number in the facts, so that an id is never taken for another.
_FIRST = 1_000_000_000
Row = dict[str, Any]
Value = tuple[tuple[str, ...], tuple[Any, ...]]
"""Columns that are unique together, and what a row has in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one projection did to one row because of a fact. A row without `old` is new, one
    without `new` is gone. `key` is its primary key, `unique` the values that it took or gave up."""

    projection: int
    fact: Fact
    event: int
    key: Value
    old: Row | None
    new: Row | None
    unique: frozenset[Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A row as it lies there. Whoever writes it, be it the same again, moves it elsewhere."""

    place: str
    row: Row
    unique: frozenset[Value]


def feeds() -> list[list[Projection]]:
    """The projections that see each other's tables: those of the apps' own facts, and those of
    each subscription."""
    own = [one for some in bus.projections.values() for one in some]
    return [own, *(list(one.projections) for one in bus.subscriptions.values())]


def watch(facts: Iterable[Fact]) -> Iterator[Change]:
    """Let these facts happen, and tell what each projection did by itself."""
    projections = [one for feed in feeds() for one in feed]
    for event, fact in enumerate(facts, start=_FIRST):
        store(event, fact)
        for n, projection in enumerate(projections):
            if projection.fact is type(fact):
                yield from _changes(n, projection, fact, event)
        _project(event)


def happen(facts: Iterable[Fact], *, written: Callable[[Fact], object] = Fact.to_data) -> None:
    """Let these facts happen, each stored as `written` says."""
    for event, fact in enumerate(facts, start=_FIRST):
        store(event, fact, data=written(fact))
        _project(event)


def _project(event: int) -> None:
    for feed in feeds():
        project_events(feed, [event])


def store(event: int, fact: Fact, *, data: object = None) -> None:
    """Store the fact, or what is said to be its data, with nothing projected from it."""
    run(
        "INSERT INTO bus_event (id, stream, version, type, data, recorded_at)"
        " SELECT %(id)s, %(stream)s, count(*) + 1, %(type)s, %(data)s, '2026-06-01T09:00:00Z'"
        "   FROM bus_event WHERE stream = %(stream)s",
        {
            "id": event,
            "stream": fact.stream,
            "type": fact.type,
            "data": to_json(fact if data is None else data),
        },
    )


def _changes(n: int, projection: Projection, fact: Fact, event: int) -> Iterator[Change]:
    before = look(projection.table)
    with transaction.atomic():
        fetch(statement(projection), [[event]])
        after = look(projection.table)
        transaction.set_rollback(True)
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if (old and old.place) != (new and new.place):
            yield Change(
                projection=n,
                fact=fact,
                event=event,
                key=key,
                old=old.row if old else None,
                new=new.row if new else None,
                unique=(old.unique if old else frozenset()) ^ (new.unique if new else frozenset()),
            )


def statement(projection: Projection) -> str:
    """The statement for facts that are stored, by their ids; this projection alone."""
    stored = "SELECT id, stream, version, cause, data, recorded_at FROM bus_event"
    escaped = replace(projection, sql=projection.sql.replace("%", "%%"))
    return with_projections(fact=f"{stored} WHERE id = ANY(%s)", projections=[escaped])


def look(table: str) -> dict[Value, _Seen]:
    """The rows of a table, by primary key."""
    (primary, _), *others = _unique_indexes(table)
    holds = ", ".join(condition for _, condition in others) or "false"
    seen = {}
    for place, row, holding in fetch(f"SELECT ctid, to_jsonb(t), ARRAY[{holds}] FROM {table} t"):
        there = json.loads(row)
        unique = frozenset(
            (columns, _of(there, columns))
            for (columns, _), is_held in zip(others, holding, strict=False)
            if is_held and None not in _of(there, columns)
        )
        seen[primary, _of(there, primary)] = _Seen(place=place, row=there, unique=unique)
    return seen


def _of(row: Row, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


def _unique_indexes(table: str) -> list[tuple[tuple[str, ...], str]]:
    """Columns of each unique index, and which rows it holds; the primary key is the first."""
    rows = fetch(
        "SELECT array(SELECT a.attname::text FROM pg_attribute a"
        "              WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        "              ORDER BY a.attname),"
        "       coalesce(pg_get_expr(i.indpred, i.indrelid), 'true')"
        "  FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisunique"
        " ORDER BY i.indisprimary DESC, 1",
        [table],
    )
    return [(tuple(columns), condition) for columns, condition in rows]


def without_checks(tables: Iterable[str]) -> None:
    """Until the end of the transaction, sums of these tables may be anything."""
    for table in tables:
        for (name,) in fetch(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
            [table],
        ):
            run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def tables_read(projection: Projection) -> set[str]:
    """The tables that its plan looks into, beside its own."""
    ((plan,),) = fetch(f"EXPLAIN (FORMAT JSON) {statement(projection)}", [[0]])
    found = set(_scanned(plan if isinstance(plan, list) else json.loads(plan)))
    return found - {"bus_event", projection.table}


def _scanned(plan: Any) -> Iterator[str]:
    if isinstance(plan, dict):
        if "Relation Name" in plan:
            yield plan["Relation Name"]
        for value in plan.values():
            yield from _scanned(value)
    elif isinstance(plan, list):
        for one in plan:
            yield from _scanned(one)
