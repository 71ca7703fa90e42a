"""Start the crowd as a process of its own and listen to how far it is."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from project.surge.measuring import Watch

ROOT = Path(__file__).resolve().parents[2]


class GeneratorFailed(Exception):
    """The generator ended with an error; its own words."""


def play(
    job: dict[str, Any],
    *,
    tick: Callable[[dict[str, int]], None] = lambda _: None,
    watch: Watch | None = None,
) -> Any:
    """Play a job in a process of its own; `tick` hears its progress. Returns what was seen."""
    with tempfile.TemporaryDirectory() as folder:
        job_file, result = Path(folder, "job.json"), Path(folder, "result.json")
        job_file.write_text(json.dumps(job))
        used = _children_cpu()
        process = subprocess.Popen(
            [sys.executable, "-m", "project.surge.load", str(job_file), str(result)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        _listen(process, tick, watch)
        if process.wait() != 0:
            raise GeneratorFailed(f"The generator ended with code {process.returncode}.")
        if watch is not None:
            watch.ended("generator", _children_cpu() - used)
        return json.loads(result.read_text())


def _listen(
    process: "subprocess.Popen[str]",
    tick: Callable[[dict[str, int]], None],
    watch: Watch | None,
) -> None:
    if watch is not None:
        watch.also("generator", process.pid)
    for line in process.stdout or ():
        tick(json.loads(line))


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
