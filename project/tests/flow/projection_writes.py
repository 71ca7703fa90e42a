"""Record what projections really do to the rows of their tables, on the real database."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from project.bus.projections import Projection, with_projections
from project.bus.registry import bus
from project.bus.sql import fetch, run
from project.bus.subscriptions import project_events
from project.events.base import Event, to_json

# Far from every other number in the events, so that an id is never mistaken for another.
_FIRST = 1_000_000_000
Row = dict[str, Any]
Value = tuple[tuple[str, ...], tuple[Any, ...]]
"""Columns that are unique together, and what a row has in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one projection did to one row because of an event. A row without `old` is new, one
    without `new` is gone. `key` is its primary key, `unique` the values that it took or
    released."""

    projection: int
    event: Event
    event_id: int
    key: Value
    old: Row | None
    new: Row | None
    unique: frozenset[Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A row as stored. Every write moves it to another `ctid`, even one without a change."""

    place: str
    row: Row
    unique: frozenset[Value]


def feeds() -> list[list[Projection]]:
    """Groups of projections that see each other's tables: those of the apps' own events, and those
    of each subscription."""
    own = [one for some in bus.projections.values() for one in some]
    return [own, *(list(one.projections) for one in bus.subscriptions.values())]


def watch(events: Iterable[Event]) -> Iterator[Change]:
    """Store these events, and yield what each projection did by itself."""
    projections = [one for feed in feeds() for one in feed]
    for event_id, event in enumerate(events, start=_FIRST):
        store(event_id, event)
        for n, projection in enumerate(projections):
            if projection.event is type(event):
                yield from _changes(n, projection, event, event_id)
        _project(event_id)


def happen(events: Iterable[Event], *, written: Callable[[Event], object] = Event.to_data) -> None:
    """Store these events, each as `written` says."""
    for event_id, event in enumerate(events, start=_FIRST):
        store(event_id, event, data=written(event))
        _project(event_id)


def _project(event_id: int) -> None:
    for feed in feeds():
        project_events(feed, [event_id])


def store(event_id: int, event: Event, *, data: object = None) -> None:
    """Store the event or the given data, without projecting it."""
    run(
        "INSERT INTO bus_event (id, stream, version, type, data, recorded_at)"
        " SELECT %(id)s, %(stream)s, count(*) + 1, %(type)s, %(data)s, '2026-06-01T09:00:00Z'"
        "   FROM bus_event WHERE stream = %(stream)s",
        {
            "id": event_id,
            "stream": event.stream,
            "type": event.type,
            "data": to_json(event if data is None else data),
        },
    )


def _changes(n: int, projection: Projection, event: Event, event_id: int) -> Iterator[Change]:
    before = look(projection.table)
    with transaction.atomic():
        fetch(statement(projection), [[event_id]])
        after = look(projection.table)
        transaction.set_rollback(True)
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if (old and old.place) != (new and new.place):
            yield Change(
                projection=n,
                event=event,
                event_id=event_id,
                key=key,
                old=old.row if old else None,
                new=new.row if new else None,
                unique=(old.unique if old else frozenset()) ^ (new.unique if new else frozenset()),
            )


def statement(projection: Projection) -> str:
    """The statement that projects stored events by id, with this projection alone."""
    stored = "SELECT id, stream, version, flow_id, data, recorded_at FROM bus_event"
    escaped = replace(projection, sql=projection.sql.replace("%", "%%"))
    return with_projections(event=f"{stored} WHERE id = ANY(%s)", projections=[escaped])


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
    """Defer checks of sums on these tables until the end of the transaction."""
    for table in tables:
        for (name,) in fetch(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
            [table],
        ):
            run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def tables_read(projection: Projection) -> set[str]:
    """The tables that its plan reads, apart from its own."""
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
