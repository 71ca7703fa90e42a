"""`python -m benchmarks surge --students 10000 --over 60 --json out.json`."""

import argparse
from argparse import ArgumentParser
from pathlib import Path

from benchmarks.errors import BenchmarkFailed
from benchmarks.site import add_site_arguments, find_site
from benchmarks.surge.report import broken_zeros, table, write_json
from benchmarks.surge.results import RunResult
from benchmarks.surge.run import measure
from benchmarks.surge.setup import RunConfig, prepare_run
from benchmarks.terminal import log, progress_bar

HELP = "Thousands of students register at once; prints and writes every figure."


def add_arguments(parser: ArgumentParser) -> None:
    """The options of the run."""
    parser.add_argument("--students", type=_positive, default=1000)
    add_load_arguments(parser)


def add_load_arguments(parser: ArgumentParser) -> None:
    """Options of every benchmark in which students register."""
    parser.add_argument("--over", type=float, default=60.0, help="seconds; 0 = all at once")
    parser.add_argument("--catalogue", type=Path, help="CSV to import; else one is generated")
    parser.add_argument("--demand", type=Path, help="CSV with demand_index; else by size")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    parser.add_argument("--seed", type=int, default=2)
    add_site_arguments(parser)


def run(options: argparse.Namespace) -> None:
    """Prepare, run, report. Raises `BenchmarkFailed` if a figure that should be zero is not."""
    config = RunConfig(
        students=options.students,
        over=options.over,
        seed=options.seed,
        catalogue=options.catalogue,
        demand=options.demand,
    )
    site = find_site(options)
    prepared = prepare_run(config, site)
    log(f"{len(prepared.pool)} sections are asked for")
    with progress_bar(len(prepared.scripts), unit="requests") as progress:
        result = measure(config, prepared, site, progress=progress)
    if options.json:
        write_json(result.figures, options.json)
    _print(result)


def _print(result: RunResult) -> None:
    for line in table(result.figures):
        print(line)
    for code, count in sorted(result.tally.codes.items()):
        print(f"  at the door: {code} {count}")
    for breach in result.broken:
        print(f"  BROKEN {breach.invariant}: {breach.row}")
    wrong = [*result.complaints, *broken_zeros(result.figures)]
    if wrong:
        raise BenchmarkFailed("\n".join(wrong))


def _positive(text: str) -> int:
    """A positive number; argparse reports others."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
