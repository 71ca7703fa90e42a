"""The running system as a test sees it: pools, crash points, waiting until idle."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.error import URLError
from urllib.request import urlopen

from project.bus.consumers import CONSUMERS
from project.bus.idle import work_left
from project.bus.monitoring import get_bus_status
from project.bus.sql import fetch
from project.celery import app
from project.testing.ports import HOST, free_port
from project.testing.system import stores
from project.testing.system.processes import COMMANDS, Command, Process, merged
from project.testing.waiting import wait_until

MACHINES = ("relay", "scheduler")
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True, kw_only=True)
class System:
    """Every process of the Procfile on a database, a vhost and Redis numbers of its own."""

    environment: dict[str, str]
    folder: Path
    running: dict[str, Process] = field(default_factory=dict)

    @property
    def crash_points(self) -> Path:
        """The folder in which a file arms the crash point of its name."""
        return Path(self.environment["CRASH_DIR"])

    def start(self) -> None:
        """Start relay, scheduler and one pool per service; running processes are left alone."""
        app.loader.import_default_modules()
        pools = merged(COMMANDS)
        for command in (*(COMMANDS[name] for name in MACHINES), *pools.values()):
            if command.name not in self.running:
                self.add(command)
        for process in self.running.values():
            process.wait_ready()

    def add(
        self, command: Command, *, instance: int = 1, extra: Mapping[str, str] = NOTHING
    ) -> Process:
        """Start one more process."""
        label = command.name if instance == 1 else f"{command.name}-{instance}"
        process = Process(
            command=command,
            instance=instance,
            environment={**self.environment, **extra},
            log=self.folder / f"{label}.log",
        )
        process.start()
        self.running[label] = process
        return process

    def remove(self, label: str) -> None:
        """End a process and forget it."""
        self.running.pop(label).end()

    def restart_with(self, label: str, **environment: str) -> None:
        """Restart a process with another environment, until the end of the test."""
        command = self.running[label].command
        self.remove(label)
        self.add(command, extra=environment).wait_ready()

    def restart_dead(self) -> list[str]:
        """Start ended processes again; returns their names."""
        return [name for name, process in self.running.items() if process.restart_if_dead()]

    def mend(self) -> None:
        """Restore the system after a test: one of each process runs, nothing is armed."""
        for label, process in list(self.running.items()):
            if process.instance > 1 or label == "web":
                self.remove(label)
            elif process.environment != self.environment:
                self.restart_with(label)
        for file in self.crash_points.iterdir():
            file.unlink()
        for process in self.running.values():
            if process.returncode is None:
                process.send(signal.SIGCONT)
        self.restart_dead()

    def begin_anew(self) -> None:
        """Stop everything, delete every message and row, start everything."""
        self.stop()
        stores.delete_queues()
        stores.empty_database()
        self.start()

    def stop(self) -> None:
        """End everything."""
        for process in self.running.values():
            if process.returncode is None:
                process.send(signal.SIGCONT)
                process.send(signal.SIGTERM)
        for label in list(self.running):
            self.remove(label)

    def serving(self, queue: str) -> Process:
        """The process that consumes the queue."""
        return next(one for one in self.running.values() if queue in one.command.queues)

    def doing(self, task: str) -> Process:
        """The process that works on the task."""
        return self.serving(CONSUMERS[task].queue)

    @contextmanager
    def armed(self, point: str) -> Iterator[Path]:
        """The process that reaches the point next dies by SIGKILL, once."""
        file = self.crash_points / point
        file.touch()
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)

    def wait_death(self, process: Process, seconds: float = 20) -> int:
        """Wait until the process is dead; returns how it ended."""
        wait_until(lambda: process.returncode is not None, seconds=seconds, why=self.flow)
        return process.returncode or 0

    @contextmanager
    def paused(self, process: Process) -> Iterator[None]:
        """Pause the process: it neither works nor dies."""
        process.send(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send(signal.SIGCONT)

    def web(self) -> str:
        """The address of the site, started on first use."""
        if "web" not in self.running:
            port = free_port()
            extra = {"HOST": HOST, "PORT": str(port), "WEB_WORKERS": "1"}
            self.add(COMMANDS["web"], extra=extra)
        address = f"http://{HOST}:{self.running['web'].environment['PORT']}"
        wait_until(lambda: _lives(address), seconds=30, why=self.running["web"].last_words)
        return address

    def drain(self, timeout: float = 60) -> None:
        """Wait until no work is left anywhere, emails included. Dead processes are not
        restarted."""
        wait_until(lambda: not work_left(), seconds=timeout, why=self.flow)

    def flow(self) -> str:
        """The current state, to explain why a wait failed."""
        dead = [name for name, one in self.running.items() if one.returncode is not None]
        late = fetch(
            "SELECT id, flow, step, attempts FROM bus_batch WHERE step IS NOT NULL LIMIT 5"
        )
        dead_letters = fetch(
            "SELECT task, error FROM bus_dead_letter WHERE resolved_at IS NULL LIMIT 5"
        )
        lines = [
            f"{get_bus_status()}",
            f"left: {work_left()}",
            f"batches under way: {late}, dead letters: {dead_letters}",
            f"dead: {dead or 'none'}",
        ]
        logs = [f"--- {name}\n{one.last_words()}" for name, one in self.running.items()]
        return "\n".join(lines + logs)


def _lives(address: str) -> bool:
    try:
        with urlopen(f"{address}/livez", timeout=2) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def base_environment() -> dict[str, str]:
    """This process's environment for a child, which is no test and has a role of its own."""
    drop = ("PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "DB_ROLE")
    kept = {key: value for key, value in os.environ.items() if key not in drop}
    return {**kept, "DJANGO_SETTINGS_MODULE": "project.testing.process_settings"}
