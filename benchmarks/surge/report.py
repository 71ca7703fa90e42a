"""The figures of a run: one record, as JSON and as a table."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that is written to the JSON file; the names are its keys. None: not
    measured, since the site does not run on this machine."""

    students: int
    requests: int
    accepted: int
    refused_on_submission: int
    confirmed: int
    waitlisted: int
    refused: int
    dropped: int
    errors_5xx: int
    lost: int
    oversold: int
    undersold: int
    order_inversions: int
    invariants_failed: int
    accept_p50_ms: float
    accept_p95_ms: float
    accept_p99_ms: float
    answer_p50_s: float
    answer_p95_s: float
    answer_p99_s: float
    accepted_per_s: float
    finished_per_s: float
    baseline_inserts_per_s: float | None
    ratio_to_baseline: float | None
    generator_bound: bool | None
    wall_s: float
    cpu_s_by_process: dict[str, float]
    peak_rss_mb_by_process: dict[str, float]
    batch_size_mean: float


ZEROS = (
    "errors_5xx", "lost", "oversold", "undersold", "order_inversions", "invariants_failed",
)  # fmt: skip


def write_json(figures: Figures, path: Path) -> None:
    """Write the JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(figures), indent=2) + "\n")


def broken_zeros(figures: Figures) -> list[str]:
    """What should be zero and is not."""
    return [f"{name} = {getattr(figures, name)}" for name in ZEROS if getattr(figures, name)]


def table(figures: Figures) -> Iterator[str]:
    """The figures line by line, then CPU and memory of each process."""
    for name, value in asdict(figures).items():
        if not isinstance(value, dict):
            yield f"  {name:<24} {_shown(value):>12}"
    yield ""
    yield f"  {'process':<18} {'cpu s':>9} {'peak MB':>9}"
    peaks = figures.peak_rss_mb_by_process
    for name, cpu in sorted(figures.cpu_s_by_process.items(), key=lambda pair: -pair[1]):
        yield f"  {name:<18} {cpu:>9.1f} {peaks.get(name, 0):>9.0f}"


def _shown(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
