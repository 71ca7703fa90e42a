"""The processes of `run.py`, started by a test and ended by their ids."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import run
from project.ops.env import ROOT

_READY = re.compile(r"@\S+ ready\.|relay leads|Started worker")
STOP_SECONDS = 10
# A test run that is killed ends its processes too.
_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One process of `run.py`."""

    name: str
    how: run.Process

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that it consumes; none if it is no pool."""
        return self.how.queues


COMMANDS = {name: Command(name=name, how=how) for name, how in run.PROCESSES.items()}


def merged(commands: Mapping[str, Command]) -> dict[str, Command]:
    """One pool per service instead of one per queue: half the memory, the same code and rights."""
    pools: dict[str, list[Command]] = {}
    for command in commands.values():
        if command.queues:
            pools.setdefault(command.how.role, []).append(command)
    return {some[0].name: _with_queues_of(some) for some in pools.values()}


def _with_queues_of(commands: list[Command]) -> Command:
    queues = tuple(queue for one in commands for queue in one.queues)
    return replace(commands[0], how=replace(commands[0].how, queues=queues))


@dataclass(slots=True, kw_only=True)
class Process:
    """One started process, or one that can be started."""

    command: Command
    instance: int
    environment: Mapping[str, str]
    log: Path
    popen: subprocess.Popen[bytes] | None = field(default=None)
    _begin: int = 0

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.popen is not None, f"{self.command.name} was never started"
        return self.popen.pid

    @property
    def returncode(self) -> int | None:
        """How it ended (-9: SIGKILL); None while it lives."""
        return self.popen.poll() if self.popen else 0

    def start(self) -> None:
        """Start it, appending output to its log. It does not outlive the test run."""
        environment = self._environment()
        words = [*_WITH_PARENT, *self.command.how.words(environment)]
        with self.log.open("ab") as log:
            self._begin = log.tell()
            self.popen = subprocess.Popen(
                words, cwd=ROOT, env=environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        own = {"DB_ROLE": self.command.how.role, "INSTANCE": str(self.instance)}
        return {**self.environment, **own}

    def restart_if_dead(self) -> bool:
        """Start it again if it has ended; returns whether it had."""
        if self.returncode is None:
            return False
        self.end()
        self.start()
        return True

    def wait_ready(self, seconds: float = 30) -> None:
        """Wait until its log says that it is ready, since the last start."""
        give_up = time.monotonic() + seconds
        if self.command.name == "scheduler":  # prints nothing; nobody waits for it
            return
        while not _READY.search(self.words_since_start()):
            if time.monotonic() > give_up or self.returncode is not None:
                raise AssertionError(f"{self.command.name} is not ready:\n{self.last_words()}")
            time.sleep(0.05)

    def words_since_start(self) -> str:
        """Its log since the last start."""
        return self.log.read_bytes()[self._begin :].decode(errors="replace")

    def last_words(self) -> str:
        """The end of its log, without tasks that succeeded."""
        if not self.log.exists():
            return "(no log)"
        lines = self.log.read_text(errors="replace").splitlines()
        shown = [line[:300] for line in lines if " succeeded in " not in line]
        return "\n".join(shown[-8:])

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this process alone."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        self.send(signal.SIGKILL)

    def end(self) -> None:
        """End it and whatever it started."""
        if self.popen is None:
            return
        if self.popen.poll() is None:
            self.send(signal.SIGCONT)
            self.send(signal.SIGTERM)
            try:
                self.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.send(signal.SIGKILL)
                self.popen.wait(STOP_SECONDS)
        _end_group(self.popen.pid)


def _end_group(pid: int) -> None:
    """Its session id is its group id: what is left of the group can only be its children."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
