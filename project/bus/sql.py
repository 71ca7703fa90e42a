"""Prepared statements on Django's connection: planned once, run many times."""

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

Row = tuple[Any, ...]
Params = Sequence[Any] | Mapping[str, Any]

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def run_prepared(*, name: str, sql: str, params: Sequence[Any], types: str) -> list[Row]:
    """Rows of `sql` ($1 … $n of the given types), prepared once per connection as `name`."""
    connection.ensure_connection()
    known = _prepared.setdefault(connection.connection, set())
    marks = ", ".join(["%s"] * len(params))
    with connection.cursor() as cursor:
        if name not in known:
            cursor.execute(f"PREPARE {name} ({types}) AS {sql}")
            known.add(name)
        cursor.execute(f"EXECUTE {name} ({marks})", params)
        return cursor.fetchall() if cursor.description else []


def fetch(sql: str, params: Params = ()) -> list[Row]:
    """Rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def run(sql: str, params: Params = ()) -> int:
    """Run one statement; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
