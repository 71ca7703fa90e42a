"""Advisory locks by name, held until the transaction ends; how long a step waits for rows."""

from django.db import connection

PATIENT_MS = 800
"""For the rows of a whole batch: longer than the system's own transactions mostly hold them."""

BRIEF_MS = 10
"""Once one of them turned out to be held, to find out which."""


def acquire_transaction_lock(name: str, number: int = 0) -> None:
    """Wait for the lock (name, number) and hold it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [name, number])


def hold_to_work(name: str, number: int = 0) -> None:
    """The same; whatever else is locked is waited for briefly from then on, so that a transaction
    that somebody forgot holds up its own rows and not the pool."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s), set_config('lock_timeout', %s, true)",
            [name, number, str(PATIENT_MS)],
        )


def wait_at_most(milliseconds: int) -> None:
    """For each lock from now on, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])


def try_become_leader(name: str) -> bool:
    """Try to hold `name` for as long as this connection lives: how one process leads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), -1)", [name])
        return bool(cursor.fetchone()[0])
