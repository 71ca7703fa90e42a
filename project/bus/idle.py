"""Wait until no work is left anywhere, including what apps do outside the bus."""

import time
from collections.abc import Callable

from project.bus.monitoring import get_bus_status, get_consumer_lags
from project.bus.registry import bus

IDLE_CHECKS = 2
"""In a row: the last step of a flow may append an event that begins another."""


class NotIdle(Exception):
    """Work is left that makes no progress; the message names it."""


def work_left() -> str:
    """Describe the work that is left; empty if there is none."""
    status = get_bus_status()
    counts = {"events in the outbox": status.outbox, "batches under way": status.batches_under_way}
    counts |= {f"events before {lag.name}": lag.behind for lag in get_consumer_lags()}
    counts |= {one.name: one.count() for one in bus.backlogs}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def wait_until_idle(
    *, timeout: float = 180, every: float = 1.0, log: Callable[[str], None] = lambda _: None
) -> None:
    """Wait until no work is left, and `log` what is left whenever it changes. Raises `NotIdle`
    after `timeout` seconds without a change."""
    idle, before, since = 0, "", time.monotonic()
    while idle < IDLE_CHECKS:
        left = work_left()
        idle = idle + 1 if left == "" else 0
        if left != before:
            log(left)
            before, since = left, time.monotonic()
        if left and time.monotonic() - since > timeout:
            raise NotIdle(f"No progress for {timeout:.0f} s: {left}.")
        if idle < IDLE_CHECKS:
            time.sleep(every)
