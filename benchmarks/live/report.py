"""The figures of a run: one record, as JSON and as a table."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that is written to the JSON file; the names are its keys. `latency_*`: from the
    publishing of the oldest update of a message, after its commit, to its receipt in the client;
    `own_latency_*`: the same for updates of a student's own registration.
    `storm_accept_p95_ratio`: None if no storm was configured."""

    connections: int
    opened_s: float
    live_rss_mb: float | None
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


def write_json(figures: Figures, path: Path) -> None:
    """Write the JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(figures), indent=2) + "\n")


def table(figures: Figures) -> Iterator[str]:
    """The figures line by line."""
    for name, value in asdict(figures).items():
        yield f"  {name:<24} {f'{value:,.2f}' if isinstance(value, float) else value}"
