"""Wait for a condition, with an explanation if it never holds."""

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], object], *, seconds: float, why: Callable[[], object]) -> None:
    """Poll until it holds; raises AssertionError with what `why()` returns when time is up."""
    give_up = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > give_up:
            raise AssertionError(f"in vain after {seconds:.0f} s:\n{why()}")
        time.sleep(0.03)
