"""Wait for something, with words for when it never comes."""

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], object], *, seconds: float, why: Callable[[], object]) -> None:
    """Ask again and again; AssertionError with what `why()` says when time is up."""
    give_up = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > give_up:
            raise AssertionError(f"in vain after {seconds:.0f} s:\n{why()}")
        time.sleep(0.03)
