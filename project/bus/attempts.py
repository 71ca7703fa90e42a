"""Attempts, recorded before an item is processed, so that one that kills its process is found."""

from collections.abc import Sequence

from project.bus.sql import fetch, run

MAX_FATAL_ATTEMPTS = 2


def note(*, task: str, flow_id: int) -> int:
    """Count an attempt, to be committed before the item is processed. Returns its number."""
    rows = fetch(
        "INSERT INTO bus_attempt (task, flow_id, attempts) VALUES (%s, %s, 1)"
        " ON CONFLICT (task, flow_id) DO UPDATE SET attempts = bus_attempt.attempts + 1"
        " RETURNING attempts",
        [task, flow_id],
    )
    return int(rows[0][0])


def forget(*, task: str, flow_ids: Sequence[int]) -> None:
    """Delete the attempts of items that were finished or stored as dead letters."""
    run("DELETE FROM bus_attempt WHERE task = %s AND flow_id = ANY(%s)", [task, list(flow_ids)])
