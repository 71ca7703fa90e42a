"""Wait until no work is left anywhere, also what apps do beside the bus."""

import time
from collections.abc import Callable

from project.bus.monitoring import get_bus_status, get_consumer_lags
from project.bus.registry import bus

CALM_LOOKS = 2
"""In a row: the last step of a flow may say a fact that begins another."""


class NotIdle(Exception):
    """Nothing moves any more, and yet there is work left; the text says which."""


def work_left() -> str:
    """What is left to do, in words; empty where there is nothing."""
    pulse = get_bus_status()
    counts = {"facts in the outbox": pulse.outbox, "batches under way": pulse.batches_under_way}
    counts |= {f"events before {lag.name}": lag.behind for lag in get_consumer_lags()}
    counts |= {one.name: one.count() for one in bus.backlogs}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def wait_until_idle(
    *, timeout: float = 180, every: float = 1.0, log: Callable[[str], None] = lambda _: None
) -> None:
    """Wait, and `log` what for whenever that changes. Raises `NotIdle` once nothing has changed for
    `timeout` seconds."""
    calm, before, since = 0, "", time.monotonic()
    while calm < CALM_LOOKS:
        left = work_left()
        calm = calm + 1 if left == "" else 0
        if left != before:
            log(left)
            before, since = left, time.monotonic()
        if left and time.monotonic() - since > timeout:
            raise NotIdle(f"No progress for {timeout:.0f} s: {left}.")
        if calm < CALM_LOOKS:
            time.sleep(every)
