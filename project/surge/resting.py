"""Wait until no work is left anywhere, mail included."""

import time
from collections.abc import Callable

from project.bus.selectors import bus_pulse, is_at_rest
from project.celery import app
from project.surge import log

EVERY_SECONDS = 1.0
STANDSTILL_SECONDS = 180.0


class NeverAtRest(Exception):
    """Nothing moves any more, and yet there is work left; the text says which."""


def wait_for_rest(*, tick: Callable[[str], None] = lambda _: None) -> float:
    """Wait; the moment at which all was done. Raises `NeverAtRest` after a long standstill.

    Twice in a row, since the last step of a flow may say a fact that begins another.
    """
    app.loader.import_default_modules()
    calm, left, since = 0, "", time.monotonic()
    while calm < 2:
        now_left = _left()
        calm = calm + 1 if now_left == "" else 0
        if now_left != left:
            left, since = now_left, time.monotonic()
        if time.monotonic() - since > STANDSTILL_SECONDS:
            raise NeverAtRest(f"No progress for {STANDSTILL_SECONDS:.0f} s: {left}")
        tick(left)
        time.sleep(EVERY_SECONDS if calm < 2 else 0)
    return time.time()


def _left() -> str:
    """What is left to do, in words; empty at rest."""
    mail = log.unsent_mail()
    if is_at_rest() and mail == 0:
        return ""
    pulse = bus_pulse()
    return (
        f"{pulse.outbox} facts in the outbox, {pulse.batches_under_way} batches under way, "
        f"{mail} letters unsent"
    )
