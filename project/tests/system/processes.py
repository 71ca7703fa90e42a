"""The processes of the Procfile, started by a test and ended by their ids."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from project.environment import ROOT

_QUEUES = re.compile(r"-Q (\S+)")
_READY = re.compile(r"@\S+ ready\.|relay leads|Started worker")
STOP_SECONDS = 10
# A test run that is killed takes its processes along.
_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line of the Procfile."""

    name: str
    words: str

    @property
    def queues(self) -> tuple[str, ...]:
        """What it consumes; nothing if it is no pool."""
        found = _QUEUES.search(self.words)
        return tuple(found[1].split(",")) if found else ()

    @property
    def service(self) -> str:
        """Its database role."""
        found = re.search(r"SERVICE=(\w+)", self.words)
        return found[1] if found else ""

    def with_queues(self, queues: Iterable[str]) -> "Command":
        """The same pool on other queues."""
        words = _QUEUES.sub(f"-Q {','.join(queues)}", self.words)
        return Command(name=self.name, words=words)


def procfile() -> dict[str, Command]:
    """Every command by name."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name: Command(name=name, words=words.strip()) for name, words in pairs}


def merged(commands: Mapping[str, Command]) -> dict[str, Command]:
    """One pool per service instead of one per queue: half the memory, the same code and rights."""
    pools: dict[str, list[Command]] = {}
    for command in commands.values():
        if command.queues:
            pools.setdefault(command.service, []).append(command)
    first = {some[0].name: some for some in pools.values()}
    return {
        name: some[0].with_queues(queue for one in some for queue in one.queues)
        for name, some in first.items()
    }


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
        """How it ended (-9: by signal 9); None while it lives."""
        return self.popen.poll() if self.popen else 0

    def start(self) -> None:
        """Start it, its output at the end of its log. It lives no longer than the test run."""
        words = [*_WITH_PARENT, "/bin/sh", "-c", f"exec {self.command.words}"]
        with self.log.open("ab") as log:
            self._begin = log.tell()
            self.popen = subprocess.Popen(
                words, cwd=ROOT, env=self._environment(), start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '/usr/bin:/bin')}"
        return {**self.environment, "PATH": path, "INSTANCE": str(self.instance)}

    def restart_if_dead(self) -> bool:
        """Start it again if it has ended. Whether it had."""
        if self.returncode is None:
            return False
        self.end()
        self.start()
        return True

    def wait_ready(self, seconds: float = 30) -> None:
        """Until its log says that it is ready, since it was started last."""
        give_up = time.monotonic() + seconds
        if self.command.name == "beat":  # says nothing; nobody waits for it
            return
        while not _READY.search(self.words_since_start()):
            if time.monotonic() > give_up or self.returncode is not None:
                raise AssertionError(f"{self.command.name} is not ready:\n{self.last_words()}")
            time.sleep(0.05)

    def words_since_start(self) -> str:
        """Its log since the process that runs now was started."""
        return self.log.read_bytes()[self._begin :].decode(errors="replace")

    def last_words(self) -> str:
        """The end of its log, without what went well."""
        if not self.log.exists():
            return "(no log)"
        lines = self.log.read_text(errors="replace").splitlines()
        told = [line[:300] for line in lines if " succeeded in " not in line]
        return "\n".join(told[-8:])

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this very process."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it by signal 9."""
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
    """Its session has its id as group: what is left of it can only be its children."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
