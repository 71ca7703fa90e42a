"""Named points at which a test may kill this very process. Off unless CRASH_DIR is set."""

import os
import signal
from pathlib import Path

_ARMED = os.environ.get("CRASH_DIR")


def crash_point(point: str) -> None:
    """Kill this process by SIGKILL if a test armed `point` by a file of that name, once."""
    if _ARMED is None:
        return
    try:
        (Path(_ARMED) / point).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
