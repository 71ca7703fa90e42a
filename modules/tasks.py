"""What the `seats` pool does when it is woken."""

from collections.abc import Sequence

from modules.services.seats import seats_decide, seats_try_rebuild, sections_touched
from project.bus import rebuilding
from project.bus.decorators import cursor_step, job_task, subscription_task
from project.bus.sequencer import chains_in_flight
from project.live import seat_counts

_CROWD = 4
"""Chains under way that mean students wait for the one writer of seats."""


subscription_task("modules.windows")


@cursor_step("modules.lock", queue="seats", cursor="seats", touches=sections_touched)
def lock(flow_ids: Sequence[int]) -> None:
    """Decide whatever comes next in the line: seats asked for, given back or added."""
    seats_decide(flow_ids=flow_ids)


@cursor_step("modules.release", queue="seats", cursor="seats", touches=sections_touched)
def release(flow_ids: Sequence[int]) -> None:
    """The same line, woken by a seat that comes back."""
    seats_decide(flow_ids=flow_ids)


@job_task("modules.reconcile", queue="seats")
def reconcile() -> None:
    """Put right what Redis was not told. It decides nothing, so it waits for a calm minute:
    looking at every count and lock takes the writer of seats a second or more. Counts that pages
    miss do not wait: they are lost at once and made once, which costs that second once."""
    if rebuilding.is_requested(seat_counts.NAME) or chains_in_flight() < _CROWD:
        seats_try_rebuild()
