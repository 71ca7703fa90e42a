"""CPU and memory of every process while a run lasts."""

import threading
from types import TracebackType
from typing import Self

from benchmarks.procfs import cpu_seconds, families, memory_mb

EVERY_SECONDS = 2.0


class ProcessMonitor:
    """A context manager that samples the processes; afterwards `cpu` and `peak` by name."""

    def __init__(self, processes: dict[str, int]) -> None:
        self.processes = processes
        self.before: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.peak: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample_often, daemon=True)

    def __enter__(self) -> Self:
        self.before = self._cpu_now()
        self._sample()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._sample()
        now = self._cpu_now()
        self.cpu.update({name: now[name] - self.before.get(name, 0.0) for name in self.before})

    def also(self, name: str, pid: int) -> None:
        """Watch one more process, from its start."""
        self.processes = {**self.processes, name: pid}

    def ended(self, name: str, cpu: float) -> None:
        """Record the CPU time of a watched process that has ended."""
        self.cpu[name] = self.cpu.get(name, 0.0) + cpu
        self.processes = {key: pid for key, pid in self.processes.items() if key != name}

    def _cpu_now(self) -> dict[str, float]:
        return {name: cpu_seconds(pids) for name, pids in families(self.processes).items()}

    def _sample(self) -> None:
        for name, pids in families(self.processes).items():
            self.peak[name] = max(self.peak.get(name, 0.0), memory_mb(pids))

    def _sample_often(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self._sample()
