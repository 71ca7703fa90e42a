"""Advisory locks by name, held until the transaction ends."""

from django.db import connection


def hold(name: str, number: int = 0) -> None:
    """Wait for the lock (name, number) and hold it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [name, number])


def lead(name: str) -> bool:
    """Try to hold `name` for as long as this connection lives: how one process leads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), -1)", [name])
        return bool(cursor.fetchone()[0])
