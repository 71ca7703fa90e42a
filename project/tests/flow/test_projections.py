"""Every projection does what it declares: rows, unique values, sums, tables it reads."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from project.bus.keys import Key, Keys
from project.bus.projections import EVENT_ID, Projection, Rows
from project.bus.sql import fetch
from project.events.base import Event
from project.testing.registration_day import flow
from project.tests.events.golden import spare
from project.tests.flow import projection_writes
from project.tests.flow.projection_writes import Change, Value

PROJECTIONS = [one for feed in projection_writes.feeds() for one in feed]
# An event carries the new code of a row, not the previous one, so no key can cover it.
NOT_IN_EVENTS = {
    ("modules_term", ("code",)),
    ("modules_module", ("code",)),
    ("modules_room", ("name",)),
    ("modules_section", ("code", "module_id", "term_id")),
}


def name(projection: Projection) -> str:
    return f"{projection.event.type} into {projection.table}"


EVERY = pytest.mark.parametrize("projection", PROJECTIONS, ids=name)


@pytest.fixture(scope="module")
def changes(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Change]:
    """All changes made by the projections on the registration day, rolled back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        seen = list(projection_writes.watch(flow()))
        transaction.set_rollback(True)
    connection.close()
    return seen


def faults(projections: Sequence[Projection], changes: Sequence[Change]) -> list[str]:
    """Where projections do something else than they declare."""
    return [*_unseen(projections, changes), *_uncovered(projections, changes), *_unmet(projections)]


def _unseen(projections: Sequence[Projection], changes: Sequence[Change]) -> Iterator[str]:
    wrote = {change.projection for change in changes}
    for n, projection in enumerate(projections):
        if n not in wrote:
            yield f"{name(projection)} never wrote: the story lacks something"


def _uncovered(projections: Sequence[Projection], changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        projection = projections[change.projection]
        known = [one for one in (*projection.writes, *projection.adds) if _knows(one, change)]
        common = _common(projections, projection.table)
        if not any(_is_key(one, common) for one in known):
            yield f"{name(projection)} writes the row {change.new or change.old}"
        for columns, _ in change.unique:
            # A key of fewer columns covers the value, too.
            keys = [one for one in known if _is_key(one, common) and {*one.columns} <= {*columns}]
            if not keys and (projection.table, columns) not in NOT_IN_EVENTS:
                row = change.new or change.old
                yield f"{name(projection)} takes or gives up {columns} of {row}"


def _knows(one: Rows, change: Change) -> bool:
    """Whether the row is one that is declared, both before and after."""
    there = [row for row in (change.old, change.new) if row is not None]
    declared = _declared(one, change.event, change.event_id)
    return all(tuple(row[column] for column in one.columns) in declared for row in there)


def _declared(one: Rows, event: Event, event_id: int) -> list[tuple[Any, ...]]:
    """The declared rows' values of the columns."""
    lists = {field.partition(".")[0] for field in one.values if "." in field}
    items = [item for some in lists for item in getattr(event, some)]
    return [
        tuple(
            event_id if field == EVENT_ID else getattr(item if "." in field else event, inner)
            for field in one.values
            for inner in [field.rpartition(".")[2]]
        )
        for item in (items if lists else [None])
    ]


def _is_key(one: Rows, common: set[tuple[str, ...]]) -> bool:
    """Two events that write the same row share a key only if both identify it by the same columns;
    nobody else knows an id that only one event has."""
    return one.columns in common or EVENT_ID in one.values


def _common(projections: Sequence[Projection], table: str) -> set[tuple[str, ...]]:
    """Columns by which all writers of the table identify its rows."""
    return set.intersection(
        *(
            {one.columns for one in (*projection.writes, *projection.adds)}
            for projection in projections
            if projection.table == table
        )
    )


def _unmet(projections: Sequence[Projection]) -> Iterator[str]:
    for projection in projections:
        for table, one in projection.reads:
            if one.columns not in _common(projections, table):
                yield f"{name(projection)} reads {table} by {one.columns}: its writers do not"


def test_every_projection_writes_the_rows_that_it_declares_and_no_others(
    changes: list[Change],
) -> None:
    assert faults(PROJECTIONS, changes) == []


def test_events_that_write_one_row_or_one_unique_value_have_a_key_in_common(
    changes: list[Change],
) -> None:
    keys_of = [Keys(feed) for feed in projection_writes.feeds() for _ in feed]
    events: dict[tuple[str, Value], dict[int, set[Key]]] = {}
    for change in changes:
        keys, table = keys_of[change.projection], PROJECTIONS[change.projection].table
        for value in (change.key, *change.unique):
            if (table, value[0]) not in NOT_IN_EVENTS:
                has = {*keys.exclusive(change.event), *keys.shared(change.event)}
                events.setdefault((table, value), {})[change.event_id] = has
    pairs = [pair for who in events.values() for pair in combinations(who.values(), 2)]
    assert len(pairs) > 100
    assert all(one & other for one, other in pairs)


def _left_out() -> Iterator[Any]:
    for n, projection in enumerate(PROJECTIONS):
        for kind in ("writes", "adds"):
            for one in getattr(projection, kind):
                label = f"{n} {name(projection)} by {' and '.join(one.columns)}"
                yield pytest.param(n, kind, one, id=label)


@pytest.mark.parametrize(("n", "kind", "one"), list(_left_out()))
def test_a_declaration_that_is_left_out_is_found(
    changes: list[Change], n: int, kind: str, one: Rows
) -> None:
    declared = getattr(PROJECTIONS[n], kind)
    shorter = partial(replace, PROJECTIONS[n], **{kind: tuple(r for r in declared if r != one)})
    if len(PROJECTIONS[n].writes) + len(PROJECTIONS[n].adds) == 1:
        with pytest.raises(ValueError, match="declares no rows"):
            shorter()
    else:
        assert faults([*PROJECTIONS[:n], shorter(), *PROJECTIONS[n + 1 :]], changes) != []


@pytest.mark.django_db
@pytest.mark.parametrize("projection", [p for p in PROJECTIONS if p.adds], ids=name)
def test_two_events_that_add_to_a_row_in_one_statement_add_as_two_statements_do(
    projection: Projection,
) -> None:
    projection_writes.without_checks([projection.table])
    events = list(flow())
    first = next(n for n, event in enumerate(events) if type(event) is projection.event)
    projection_writes.happen(events[:first])
    twins = [1, 2]
    for event_id in twins:
        projection_writes.store(event_id, events[first])
    together = _rows_after(projection, [twins])
    assert together == _rows_after(projection, [twins[:1], twins[1:]])
    assert together != _rows_after(projection, [twins[:1]])


def _rows_after(projection: Projection, runs: Sequence[list[int]]) -> list[dict[str, Any]]:
    with transaction.atomic():
        for event_ids in runs:
            fetch(projection_writes.statement(projection), [event_ids])
        rows = _rows_of(projection)
        transaction.set_rollback(True)
    return rows


def _rows_of(projection: Projection) -> list[dict[str, Any]]:
    return [seen.row for _, seen in sorted(projection_writes.look(projection.table).items())]


@pytest.mark.django_db
@EVERY
def test_a_projection_reads_the_tables_that_it_declares_and_no_others(
    projection: Projection,
) -> None:
    assert projection_writes.tables_read(projection) == {table for table, _ in projection.reads}


def _tables_after_the_story(written: Callable[[Event], object]) -> dict[str, Any]:
    with transaction.atomic():
        projection_writes.happen(flow(), written=written)
        tables = {one.table: _rows_of(one) for one in PROJECTIONS}
        transaction.set_rollback(True)
    return tables


@pytest.mark.django_db
def test_events_from_before_their_optional_fields_become_the_same_rows() -> None:
    rows = _tables_after_the_story(Event.to_data)
    assert all(rows.values())
    assert _tables_after_the_story(spare) == rows
