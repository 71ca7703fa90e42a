"""Replay: rebuild every state table from events alone, and compare byte for byte."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction

from project.bus.projections import Projection
from project.bus.registry import bus
from project.bus.sql import fetch, run
from project.bus.subscriptions import project_events

SCHEMA = "replay"
ROLE = "replay"
_WINDOW = 5000
_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A row that differs: as stored, and as rebuilt from events. None: missing on that side."""

    table: str
    live: str | None
    replayed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a replay."""

    events: int
    rows: int
    differences: tuple[Difference, ...]


class _RollBack(Exception):
    """Raised at the end, so that everything a replay wrote is rolled back."""


def replay_check(*, tick: Callable[[int], object] = lambda n: None) -> Outcome:
    """Rebuild all state tables into a scratch schema and compare, in one transaction that is
    rolled back. The projections run under a role that may read nothing but events.

    Events and rows are read from one snapshot, so it may run while the system works.
    `tick(n)` is called after every `n` replayed events.
    """
    outcome: list[Outcome] = []
    try:
        with transaction.atomic():
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            outcome.append(_rebuild_and_compare(tick))
            raise _RollBack
    except _RollBack:
        return outcome[0]


def _rebuild_and_compare(tick: Callable[[int], object]) -> Outcome:
    _make_scratch()
    events = 0
    for projections, event_ids in _feeds():
        events += _project_all(projections, event_ids, tick)
    run("RESET ROLE")
    run("SET LOCAL search_path = public")
    tables = sorted(bus.state_tables)
    differences = tuple(one for table in tables for one in _differences(table))
    return Outcome(events=events, rows=sum(map(_count, tables)), differences=differences)


def _make_scratch() -> None:
    run(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    run(f"CREATE SCHEMA {SCHEMA}")
    for table in bus.state_tables:
        # Without check constraints: events of different streams may change places, so that
        # counts disagree in between; only the end is compared.
        run(
            f"CREATE TABLE {SCHEMA}.{table}"
            f" (LIKE public.{table} INCLUDING ALL EXCLUDING CONSTRAINTS)"
        )
    run(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE}")
    run(f"GRANT ALL ON ALL TABLES IN SCHEMA {SCHEMA} TO {ROLE}")


def _feeds() -> Iterator[tuple[list[Projection], list[int]]]:
    """Projections with the events they read: the apps' own events all at once, and those of each
    subscription up to its cursor."""
    own = [one for some in bus.projections.values() for one in some]
    yield own, _events(sorted({one.event.type for one in own}))
    for subscription in bus.subscriptions.values():
        if subscription.projections:
            types = [event.type for event in subscription.events]
            yield list(subscription.projections), _events(types, cursor=subscription.name)


def _events(types: list[str], *, cursor: str = "") -> list[int]:
    run("RESET ROLE")
    behind = (
        " AND id IN (SELECT event_id FROM bus_position WHERE position <="
        " (SELECT position FROM bus_cursor WHERE name = %s))"
    )
    return [
        row[0]
        for row in fetch(
            f"SELECT id FROM bus_event WHERE type = ANY(%s){behind if cursor else ''} ORDER BY id",
            [types, cursor] if cursor else [types],
        )
    ]


def _project_all(
    projections: list[Projection], event_ids: list[int], tick: Callable[[int], object]
) -> int:
    run(f"SET LOCAL search_path = {SCHEMA}, public")
    run(f"SET LOCAL ROLE {ROLE}")
    for start in range(0, len(event_ids), _WINDOW):
        some = event_ids[start : start + _WINDOW]
        project_events(projections, some)
        tick(len(some))
    return len(event_ids)


def _count(table: str) -> int:
    return int(fetch(f"SELECT count(*) FROM {table}")[0][0])


def _differences(table: str) -> list[Difference]:
    """The first rows whose bytes differ, paired by primary key."""
    key = _primary_key(table)
    on = " AND ".join(f"l.{column} = r.{column}" for column in key)
    rows = fetch(
        f"SELECT l::text, r::text FROM public.{table} l FULL JOIN {SCHEMA}.{table} r ON {on}"
        f" WHERE l::text IS DISTINCT FROM r::text LIMIT {_SHOWN}"
    )
    return [Difference(table=table, live=row[0], replayed=row[1]) for row in rows]


def _primary_key(table: str) -> list[str]:
    rows = fetch(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
        " AND a.attnum = ANY(i.indkey) WHERE i.indrelid = %s::regclass AND i.indisprimary",
        [f"public.{table}"],
    )
    return [row[0] for row in rows]
