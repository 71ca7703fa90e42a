"""Start the load as a process of its own, and follow its progress."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkFailed
from benchmarks.process_monitor import ProcessMonitor
from project.ops.env import ROOT

Progress = Callable[[dict[str, int]], None]


def run_job(
    job: dict[str, Any],
    *,
    progress: Progress = lambda _: None,
    monitor: ProcessMonitor | None = None,
) -> Any:
    """Run a job in a process of its own and return its observations; `progress` gets its counts."""
    with tempfile.TemporaryDirectory() as folder:
        job_file, result = Path(folder, "job.json"), Path(folder, "result.json")
        job_file.write_text(json.dumps(job))
        used = _children_cpu()
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load", str(job_file), str(result)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        _listen(process, progress, monitor)
        if process.wait() != 0:
            raise BenchmarkFailed(f"The load generator ended with {process.returncode}.")
        if monitor is not None:
            monitor.ended("generator", _children_cpu() - used)
        return json.loads(result.read_text())


def _listen(
    process: "subprocess.Popen[str]",
    progress: Progress,
    monitor: ProcessMonitor | None,
) -> None:
    if monitor is not None:
        monitor.also("generator", process.pid)
    for line in process.stdout or ():
        progress(json.loads(line))


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
