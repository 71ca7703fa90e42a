"""The figures of a run: one record, as JSON and as a table."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from project.environment import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that is written to the JSON file; the names are its keys. `latency_*`: from when
    the oldest news of a message was told, after its commit, to its receipt in the client;
    `own_latency_*`: the same for news of a student's own registration, whatever else came with it.
    `storm_accept_p95_ratio`: None where no storm was asked for."""

    connections: int
    opened_s: float
    live_rss_mb: float
    delivered: int
    missing: int
    latency_p50_ms: float
    latency_p95_ms: float
    latency_p99_ms: float
    own_latency_p50_ms: float
    own_latency_p95_ms: float
    own_latency_p99_ms: float
    storm_accept_p95_ratio: float | None
    storm_accept_p95_ms: tuple[float, ...]
    calm_accept_p95_ms: tuple[float, ...]
    storm_back_s: tuple[float, ...]
    students: int
    over: float
    accepted: int
    accept_p95_ms: float
    messages: int
    messages_per_s: float
    live_cpu_s: float
    clients_cpu_s: float
    closed_by_code: dict[str, int]
    machine: str
    commit: str
    date: str


def written(figures: Figures, path: Path) -> None:
    """Write the JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(figures), indent=2) + "\n")


def table(figures: Figures) -> Iterator[str]:
    """The figures line by line."""
    for name, value in asdict(figures).items():
        yield f"  {name:<24} {f'{value:,.2f}' if isinstance(value, float) else value}"


def where_and_when() -> dict[str, str]:
    """Machine, commit and date."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "machine": f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}",
        "commit": _commit(),
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _commit() -> str:
    git = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"
