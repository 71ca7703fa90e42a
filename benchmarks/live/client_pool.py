"""The processes that hold the open pages, controlled from here."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from benchmarks.errors import BenchmarkFailed
from project.ops.env import ROOT

OPENED_PER_SECOND = 500
ENDING_SECONDS = 10
LATER = 10

Progress = Callable[[int], None]


class WorkerProcess:
    """One process, and how many of its pages are ready."""

    def __init__(self, job: Path, *, size: int) -> None:
        self.size = size
        self.ready, self.at = 0, 0.0
        self.report = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.live.client_worker", str(job)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def command(self, words: str) -> None:
        """Send the process a command."""
        if self.process.stdin is not None:
            self.process.stdin.write(words + "\n")
            self.process.stdin.flush()

    def give_way(self) -> None:
        """Lower its priority below everything else on the machine."""
        os.setpriority(os.PRIO_PROCESS, self.process.pid, LATER)
        # Where the kernel has autogroups, it shares a core among sessions first.
        with contextlib.suppress(OSError):
            Path(f"/proc/{self.process.pid}/autogroup").write_text(str(LATER))

    def end(self) -> None:
        """Close its input, and wait."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._listener.join()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            message = json.loads(line)
            if "report" in message:
                self.report = message["report"]
            else:
                self.ready, self.at = message["ready"], message["at"]


class ClientPool:
    """A context manager for all processes. `pages` has a row for each page: its number, cookie
    and the sections it watches."""

    def __init__(
        self, pages: Sequence[dict[str, Any]], *, processes: int, address: str, origin: str
    ) -> None:
        self.pages, self.processes = pages, processes
        self.address, self.origin = address, origin
        self.clients: list[WorkerProcess] = []
        self._folder = TemporaryDirectory()

    def __enter__(self) -> Self:
        for number in range(self.processes):
            rows = self.pages[number :: self.processes]
            job = Path(self._folder.name, f"job-{number}.json")
            seconds = len(self.pages) / OPENED_PER_SECOND
            what = {"address": self.address, "origin": self.origin, "over": seconds, "pages": rows}
            job.write_text(json.dumps(what))
            self.clients.append(WorkerProcess(job, size=len(rows)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for client in self.clients:
            client.end()
        self._folder.cleanup()

    def open(self, *, within: float, progress: Progress = lambda _: None) -> float:
        """Open all pages; returns the seconds until the last received its state. Raises
        `BenchmarkFailed` if not all do."""
        began = time.time()
        self._command("open")
        return self.wait_ready(within=within, progress=progress) - began

    def give_way(self) -> None:
        """Lower the priority of all processes below the site. Browsers have machines of their own:
        their reconnect cost is not the site's. It cannot be reverted."""
        for client in self.clients:
            client.give_way()

    def cut(self) -> None:
        """Cut every connection at once."""
        for client in self.clients:
            client.ready = 0
        self._command("cut")

    def wait_ready(self, *, within: float, progress: Progress = lambda _: None) -> float:
        """Wait until all are ready; returns when the last was. Raises `BenchmarkFailed`."""
        deadline = time.monotonic() + within
        while any(client.ready < client.size for client in self.clients):
            ready = sum(client.ready for client in self.clients)
            ended = any(client.process.poll() is not None for client in self.clients)
            if ended or time.monotonic() > deadline:
                raise BenchmarkFailed(
                    f"{ready} of {len(self.pages)} pages are open after {within:.0f} s."
                )
            progress(ready)
            time.sleep(0.05)
        progress(len(self.pages))
        return max(client.at for client in self.clients)

    def collect(self) -> list[dict[str, Any]]:
        """The reports of all processes so far."""
        files = [Path(self._folder.name, f"report-{n}.json") for n in range(len(self.clients))]
        for client, file in zip(self.clients, files, strict=True):
            client.report = ""
            client.command(f"report {file}")
        while any(client.report == "" for client in self.clients):
            if any(client.process.poll() is not None for client in self.clients):
                raise BenchmarkFailed("A process that held open pages has ended.")
            time.sleep(0.05)
        return [json.loads(file.read_text()) for file in files]

    def _command(self, words: str) -> None:
        for client in self.clients:
            client.command(words)
