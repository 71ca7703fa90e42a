"""Cost by number of students: a picture and a table from the figures of several runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.surge.report import ZEROS

BEGIN, END = "<!-- bench: written by `make bench` -->", "<!-- end of bench -->"
GROUPS = {
    "web": ("web",),
    "steps": ("seats", "payments", "decide", "announce", "catalogue", "imports"),
    "relay and scheduler": ("relay", "scheduler"),
    "email": ("email", "mailbox"),
    "postgresql": ("postgresql",),
    "rabbitmq": ("rabbitmq", "epmd"),
    "redis": ("redis",),
}
COLUMNS = (
    ("students", "students", "{:,}"),
    ("accepted", "accepted", "{:,}"),
    ("finished/s", "finished_per_s", "{:,.0f}"),
    ("baseline/s", "baseline_inserts_per_s", "{:,.0f}"),
    ("ratio", "ratio_to_baseline", "{:.2f}"),
    ("accept p95 ms", "accept_p95_ms", "{:,.0f}"),
    ("answer p95 s", "answer_p95_s", "{:.1f}"),
    ("wall s", "wall_s", "{:,.0f}"),
    ("batch", "batch_size_mean", "{:.0f}"),
)


def cpu_by_group(figures: Mapping[str, Any]) -> dict[str, float]:
    """CPU seconds by group of processes; the load generator is left out."""
    by_process: Mapping[str, float] = figures["cpu_s_by_process"]
    return {
        group: sum(cpu for name, cpu in by_process.items() if name.rsplit("-", 1)[0] in names)
        for group, names in GROUPS.items()
    }


def table(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The runs as a Markdown table; the last column names zeros that are not zero."""
    titles = [title for title, _, _ in COLUMNS]
    lines = [f"| {' | '.join([*titles, 'CPU s', 'zeros'])} |", "|" + " ---: |" * (len(titles) + 2)]
    for run in runs:
        cells = [_cell(run[key], shape) for _, key, shape in COLUMNS]
        lines.append(f"| {' | '.join([*cells, f'{_cpu(run):,.0f}', _zeros(run)])} |")
    return lines


def _cell(value: float | None, shape: str) -> str:
    return "-" if value is None else shape.format(value)


def _cpu(run: Mapping[str, Any]) -> float:
    return sum(cpu_by_group(run).values())


def _zeros(run: Mapping[str, Any]) -> str:
    wrong = [f"{name} {run[name]}" for name in ZEROS if run[name]]
    return ", ".join(wrong) or "all"


def replace_between_markers(text: str, lines: Sequence[str]) -> str:
    """The document with the marked part replaced, or added at its end."""
    part = "\n".join([BEGIN, *lines, END])
    before, found, rest = text.partition(BEGIN)
    if not found:
        return f"{text.rstrip()}\n\n{part}\n".lstrip()
    return before + part + rest.partition(END)[2]


def draw_picture(runs: Sequence[Mapping[str, Any]], path: Path) -> None:
    """CPU seconds and seconds until the last answer against students, on linear axes."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    students = [run["students"] for run in runs]
    figure, (cpu, wall) = pyplot.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    for group in GROUPS:
        cpu.plot(students, [cpu_by_group(run)[group] for run in runs], marker="o", label=group)
    cpu.plot(students, [_cpu(run) for run in runs], marker="s", color="black", label="all")
    cpu.set(title="CPU until at rest", xlabel="students, all at once", ylabel="seconds")
    cpu.legend()
    waits = {"answer p50": "answer_p50_s", "answer p95": "answer_p95_s", "at rest": "wall_s"}
    for label, key in waits.items():
        wall.plot(students, [run[key] for run in runs], marker="o", label=label)
    wall.set(title="Time", xlabel="students, all at once", ylabel="seconds")
    wall.legend()
    for axes in (cpu, wall):
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
