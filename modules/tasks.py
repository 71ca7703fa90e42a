"""Tasks of the `seats` pool."""

from collections.abc import Sequence

from modules.services.seats import seats_decide, seats_try_rebuild, sections_touched
from project.bus import rebuilding
from project.bus.decorators import cursor_step, job_task, subscription_task
from project.bus.sequencer import chains_in_flight
from project.live import seat_counts

_CROWD = 4
"""Running chains above which students are waiting for the single writer of seats."""


subscription_task("modules.windows")


@cursor_step("modules.lock", queue="seats", cursor="seats", touches=sections_touched)
def lock(flow_ids: Sequence[int]) -> None:
    """Decide the next events in position order: seats requested, released or added."""
    seats_decide(flow_ids=flow_ids)


@cursor_step("modules.release", queue="seats", cursor="seats", touches=sections_touched)
def release(flow_ids: Sequence[int]) -> None:
    """The same, woken by a release."""
    seats_decide(flow_ids=flow_ids)


@job_task("modules.reconcile", queue="seats")
def reconcile() -> None:
    """Repair what is missing or wrong in Redis. No decision depends on it, so it waits for a quiet
    minute: comparing every count and lock takes the writer of seats a second or more. Missing
    counts, which pages need, do not wait: they are lost together and rebuilt once."""
    if rebuilding.is_requested(seat_counts.NAME) or chains_in_flight() < _CROWD:
        seats_try_rebuild()
