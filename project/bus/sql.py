"""SQL on Django's connection; prepared statements are planned once and run many times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

Row = tuple[Any, ...]
Record = dict[str, Any]
Params = Sequence[Any] | Mapping[str, Any]

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A statement with $1 … $n of the given types, and the name a connection knows it by."""

    name: str
    sql: str
    types: str


def run_prepared(*, name: str, sql: str, params: Sequence[Any], types: str) -> list[Row]:
    """Rows of `sql` ($1 … $n of the given types), prepared once per connection as `name`."""
    return run_together((Prepared(name=name, sql=sql, types=types), params))


def run_together(*calls: tuple[Prepared, Sequence[Any]]) -> list[Row]:
    """Run prepared statements in order in one round trip to the server. Returns rows of the last.

    Each is a statement of its own: in READ COMMITTED it sees what was committed before it began,
    even while the previous one waited for a lock.
    """
    return _run_together(calls)[1]


def run_records(*calls: tuple[Prepared, Sequence[Any]]) -> list[Record]:
    """The same, with each row by the names of its columns."""
    return _records(*_run_together(calls))


def _run_together(calls: Sequence[tuple[Prepared, Sequence[Any]]]) -> tuple[list[str], list[Row]]:
    """Names of the columns and rows of the last statement."""
    connection.ensure_connection()
    known = _prepared.setdefault(connection.connection, set())
    with connection.cursor() as cursor:
        for statement, _ in calls:
            if statement.name not in known:
                types = f"({statement.types})" if statement.types else ""
                cursor.execute(f"PREPARE {statement.name} {types} AS {statement.sql}")
                known.add(statement.name)
        text = "; ".join([_execute(statement.name, len(params)) for statement, params in calls])
        cursor.execute(text, [value for _, params in calls for value in params])
        return (_names(cursor), cursor.fetchall()) if cursor.description else ([], [])


def _names(cursor: Any) -> list[str]:
    return [column.name for column in cursor.description]


def _records(names: Sequence[str], rows: Sequence[Row]) -> list[Record]:
    return [dict(zip(names, row, strict=True)) for row in rows]


@cache
def _execute(name: str, count: int) -> str:
    values = f"({', '.join(['%s'] * count)})" if count else ""
    return f"EXECUTE {name} {values}"


def fetch(sql: str, params: Params = ()) -> list[Row]:
    """Run one statement. Returns its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Row] = cursor.fetchall()
        return rows


def fetch_records(sql: str, params: Params = ()) -> list[Record]:
    """Run one statement. Returns its rows by the names of their columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return _records(_names(cursor), cursor.fetchall())


def run(sql: str, params: Params = ()) -> int:
    """Run one statement. Returns how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
