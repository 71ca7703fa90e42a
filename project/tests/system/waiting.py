"""Wait for something, with words for when it never comes."""

import time
from collections.abc import Callable

from project.bus.selectors import is_at_rest
from project.bus.sql import fetch


def wait_until(is_so: Callable[[], object], *, seconds: float, why: Callable[[], object]) -> None:
    """Ask again and again; AssertionError with what `why()` says when time is up."""
    give_up = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > give_up:
            raise AssertionError(f"in vain after {seconds:.0f} s:\n{why()}")
        time.sleep(0.03)


def letters_unsent() -> int:
    """Mail that has yet to go out."""
    return int(fetch("SELECT count(*) FROM notifications_mail WHERE sent_at IS NULL")[0][0])


def is_all_done() -> bool:
    """No work left anywhere, mail included."""
    return is_at_rest() and not letters_unsent()
