"""`python -m benchmarks sizes`: the cost of 1,000 to 20,000 students, as picture and table."""

import argparse
import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from benchmarks import provenance
from benchmarks.errors import BenchmarkFailed
from benchmarks.site import add_site_arguments, find_site
from benchmarks.surge.sizes_report import draw_picture, replace_between_markers, table
from benchmarks.terminal import log
from project.ops.env import ROOT

SIZES = (1000, 2000, 5000, 10000, 20000)
PICTURE = ROOT / "docs" / "cost-by-students.png"
DOCUMENT = ROOT / "docs" / "performance.md"
HELP = "Run the surge at several sizes, all at once; writes docs/performance.md and a picture."


def add_arguments(parser: ArgumentParser) -> None:
    """The options: sizes, site and load."""
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--catalogue", type=Path)
    parser.add_argument("--demand", type=Path)
    parser.add_argument("--picture", type=Path, default=PICTURE)
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    add_site_arguments(parser)


def run(options: argparse.Namespace) -> None:
    """Run all sizes, draw the picture, write the table."""
    files = {name: getattr(options, name) for name in ("catalogue", "demand")}
    given = [f"--{name}={path}" for name, path in files.items() if path]
    where = [f"--site={find_site(options).origin}", f"--processes={options.processes}"]
    runs = [_run(size, [*given, *where]) for size in sorted(options.sizes)]
    draw_picture(runs, options.picture)
    document: Path = options.document
    text = document.read_text() if document.exists() else "# Performance\n"
    lines = _header(files, picture=options.picture.name) + table(runs)
    document.write_text(replace_between_markers(text, lines))
    print("\n".join(table(runs)))
    print(f"{document} and {options.picture} are written.")


def _run(size: int, options: list[str]) -> dict[str, Any]:
    """One surge in a process of its own, so that no run is affected by the memory of another."""
    log(f"{size:,} students, all at once")
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "figures.json")
        command = [sys.executable, "-m", "benchmarks", "surge", f"--students={size}", "--over=0"]
        done = subprocess.run([*command, *options, f"--json={result}"], cwd=ROOT, check=False)
        if not result.exists():
            raise BenchmarkFailed(f"The surge of {size:,} students ended with {done.returncode}.")
        figures: dict[str, Any] = json.loads(result.read_text())
        return figures


def _header(files: dict[str, Path | None], *, picture: str) -> list[str]:
    given = [f"--{name}={path.name}" for name, path in files.items() if path]
    return [
        f"![Cost against students]({picture})",
        "",
        f"{provenance.now()}, commit {provenance.commit()}, {provenance.machine()}.",
        f"`{' '.join(['python -m benchmarks sizes', *given])}`: one run of "
        "`python -m benchmarks surge --over 0` for each line, the generator on the same machine.",
        "",
    ]
