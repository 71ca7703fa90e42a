"""Advisory locks by name, held until the transaction ends, and how long a step waits for rows."""

from django.db import connection

PATIENT_MS = 800
"""Lock timeout for a whole batch: longer than the system's own transactions usually hold rows."""

BRIEF_MS = 10
"""Lock timeout after a lock could not be had, while the locked row is searched for."""


def acquire_transaction_lock(name: str, number: int = 0) -> None:
    """Wait for the lock (name, number) and hold it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [name, number])


def acquire_work_lock(name: str, number: int = 0) -> None:
    """Acquire the lock, and limit the wait for each later one, so that a forgotten transaction
    delays only its own rows and not the pool."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s), set_config('lock_timeout', %s, true)",
            [name, number, str(PATIENT_MS)],
        )


def wait_at_most(milliseconds: int) -> None:
    """Limit the wait for each lock from now on, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])


def try_become_leader(name: str) -> bool:
    """Try to hold `name` until this connection ends, as the one leader. Returns whether it does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), -1)", [name])
        return bool(cursor.fetchone()[0])
