"""Notes made before an item is touched, so that one that kills the process is found."""

from collections.abc import Sequence

from project.bus.sql import fetch, run

MAX_FATAL_ATTEMPTS = 2


def note(*, task: str, flow_id: int) -> int:
    """Count a try, to be committed before the item is touched. Returns which try it is."""
    rows = fetch(
        "INSERT INTO bus_attempt (task, flow_id, attempts) VALUES (%s, %s, 1)"
        " ON CONFLICT (task, flow_id) DO UPDATE SET attempts = bus_attempt.attempts + 1"
        " RETURNING attempts",
        [task, flow_id],
    )
    return int(rows[0][0])


def forget(*, task: str, flow_ids: Sequence[int]) -> None:
    """The items were finished or stored as a dead letter; their notes may go."""
    run("DELETE FROM bus_attempt WHERE task = %s AND flow_id = ANY(%s)", [task, list(flow_ids)])
