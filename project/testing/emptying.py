"""Emptying the database: by DELETE, a hundred times as quick as TRUNCATE where most tables have no
row and none has many."""

from typing import Any

from django.db import connection

from project.bus.sql import fetch

# What migrations write.
_KEPT = ("django_migrations", "django_content_type", "auth_permission")
_TABLES = """
SELECT quote_ident(c.relname), EXISTS (
         SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
  FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL(%s)"""
_SEQUENCES = """
SELECT quote_ident(sequencename) FROM pg_sequences
 WHERE schemaname = 'public' AND last_value IS NOT NULL"""


def delete_rows(*_: Any) -> None:
    """Delete every row in one transaction that nobody writes beside. Sequences go on."""
    rows = fetch(_TABLES, [list(_KEPT)])
    tables = [table for table, _ in rows]
    guarded = [table for table, has_trigger in rows if has_trigger]
    _run(
        f"LOCK TABLE {', '.join(tables)}",
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded),
        *(f"DELETE FROM {table}" for table in tables),
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in guarded),
    )


def restart_sequences() -> None:
    """Let all numbers begin at 1 again."""
    _run(*(f"ALTER SEQUENCE {name} RESTART" for (name,) in fetch(_SEQUENCES)))


def _run(*statements: str) -> None:
    """All in one trip, which is one transaction."""
    if statements:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(statements))
