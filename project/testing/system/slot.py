"""Names of stores for one test process alone: two runs at the same time never share any."""

import fcntl
import os
from dataclasses import dataclass
from typing import IO

from project.ops.env import ROOT

FOLDER = ROOT / ".run" / "tests"
FIRST_REDIS = 16
MOST = 50
_kept: list[IO[str]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A number, and the names made of it."""

    number: int

    @property
    def database(self) -> str:
        """Database of tests that need no processes."""
        return f"test_{self.number}"

    @property
    def vhost(self) -> str:
        """Vhost of tests that need no processes."""
        return f"test-{self.number}"

    @property
    def redis(self) -> int:
        """The first of two Redis numbers."""
        return FIRST_REDIS + 2 * self.number

    def environment(self) -> dict[str, str]:
        """The variables that `project.testing.process_settings` reads."""
        return {"TEST_VHOST": self.vhost, "TEST_REDIS": str(self.redis)}


def claim() -> Slot:
    """Claim the first free slot; it is free again when this process ends, however it ends."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number in range(1, MOST):
        lock = (FOLDER / f"slot-{number}.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            _kept.append(lock)
            return Slot(number=number)
    raise SystemExit(f"{MOST} test runs are under way already (process {os.getpid()} gives up).")


SLOT = claim()
