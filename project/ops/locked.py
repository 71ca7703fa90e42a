"""Recognise a statement that gave up because another transaction held a row."""

from psycopg2.errors import LockNotAvailable


def is_locked(error: BaseException) -> bool:
    """Whether a statement gave up waiting for a lock: see PostgreSQL's `lock_timeout`."""
    return isinstance(error.__cause__, LockNotAvailable)
