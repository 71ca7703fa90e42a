"""Idempotency keys live for a day."""

from project.bus.sql import run

KEY_HOURS = 24


def idempotency_keys_purge() -> int:
    """Delete keys older than a day by the database's clock; returns how many."""
    return run(
        "DELETE FROM registration_idempotency_key"
        " WHERE created_at < clock_timestamp() - make_interval(hours => %s)",
        [KEY_HOURS],
    )
