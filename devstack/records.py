"""The running processes: `.run/processes.json`, written by each of them as it starts.

Benchmarks read it too. It outlives supervisor, so that no process is left behind unnoticed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from devstack.console import log
from devstack.folder import RUN, prepare_run
from devstack.machine import start_time, wait_gone

FILE = RUN / "processes.json"


@dataclass(frozen=True)
class Process:
    """One started process; its start time distinguishes it from a later one with the same id."""

    name: str
    number: int
    pid: int
    started: str

    @property
    def label(self) -> str:
        """Return its name and number."""
        return f"{self.name}-{self.number}"

    def lives(self) -> bool:
        """Return whether this very process is still running."""
        return start_time(self.pid) == self.started


def recorded() -> list[Process]:
    """Return all processes started, alive or not."""
    return [Process(**row) for row in json.loads(FILE.read_text())] if FILE.exists() else []


def record(process: Process) -> None:
    """Replace the process that had the same name, ending its children."""
    with _locked():
        former = [one for one in recorded() if one.label == process.label]
        for one in former:
            kill_orphans(one)
        _write([*(one for one in recorded() if one not in former), process])


def end_left_behind(seconds: float) -> None:
    """End processes that still run after supervisor was killed."""
    with _locked():
        for one in (living := [one for one in recorded() if one.lives()]):
            log("processes", f"{one.label} was left behind: ends it")
            os.kill(one.pid, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        for one in living:
            if not wait_gone(one.pid, max(0.0, deadline - time.monotonic())):
                os.killpg(one.pid, signal.SIGKILL)
        for one in recorded():
            kill_orphans(one)
        _write([])


def kill_orphans(process: Process) -> None:
    """End the children of a process that was killed: they would hold its port and connections."""
    if start_time(process.pid) is not None:
        return
    # No process has this id now, so a group of this number can only be its children.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
        log("processes", f"{process.label} was killed: ended what it left behind")
        for _ in range(20):  # until the group is gone, or has only zombies that init will reap
            os.killpg(process.pid, 0)
            time.sleep(0.1)


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    with (prepare_run() / "processes.json.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(processes: Iterable[Process]) -> None:
    fresh = FILE.with_suffix(".new")
    fresh.write_text(json.dumps([asdict(one) for one in processes], indent=1) + "\n")
    fresh.replace(FILE)
