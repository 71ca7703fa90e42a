"""Notes made before an item is touched, so that one that kills the process is found."""

from collections.abc import Sequence

from project.bus.sql import fetch, run

DEADLY = 2


def note(*, task: str, cause: int) -> int:
    """Count a try, to be committed before the item is touched. Returns which try it is."""
    rows = fetch(
        "INSERT INTO bus_attempt (task, cause, attempts) VALUES (%s, %s, 1)"
        " ON CONFLICT (task, cause) DO UPDATE SET attempts = bus_attempt.attempts + 1"
        " RETURNING attempts",
        [task, cause],
    )
    return int(rows[0][0])


def forget(*, task: str, causes: Sequence[int]) -> None:
    """The items were finished or parked; their notes may go."""
    run("DELETE FROM bus_attempt WHERE task = %s AND cause = ANY(%s)", [task, list(causes)])
