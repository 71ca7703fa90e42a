"""`python -m benchmarks live --connections 10000 --json out.json`."""

import argparse
from argparse import ArgumentParser

from benchmarks.errors import BenchmarkFailed
from benchmarks.live.config import LiveConfig, find_live
from benchmarks.live.measurement import measure
from benchmarks.live.report import table, write_json
from benchmarks.site import find_site
from benchmarks.surge.command import add_load_arguments
from benchmarks.surge.setup import RunConfig
from benchmarks.terminal import progress_bar

HELP = "Thousands of pages receive live updates and reconnect in a storm; every figure."


def add_arguments(parser: ArgumentParser) -> None:
    """The options: pages, load and storms."""
    parser.add_argument("--connections", type=int, default=10000, help="open pages")
    parser.add_argument("--students", type=int, help="who register; default: a fifth of the pages")
    parser.add_argument("--clients", type=int, default=2, help="processes that hold the pages")
    parser.add_argument("--storms", type=int, default=3, help="calm and storm, so often")
    parser.add_argument("--window", type=float, default=45.0, help="seconds of each of these")
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second in them")
    add_load_arguments(parser)


def run(options: argparse.Namespace) -> None:
    """Open, load, report. Raises `BenchmarkFailed` if a page missed an update."""
    site = find_site(options)
    live = find_live(site)
    with progress_bar(options.connections, unit="pages") as progress:
        result = measure(_config(options), site, live, progress=progress)
    if options.json:
        write_json(result.figures, options.json)
    for line in table(result.figures):
        print(line)
    if result.count.missing:
        raise BenchmarkFailed("\n".join(["Updates missed:", *result.count.examples]))


def _config(options: argparse.Namespace) -> LiveConfig:
    load = RunConfig(
        students=options.students or max(1, options.connections // 5),
        over=options.over,
        seed=options.seed,
        name="LIVE",
        catalogue=options.catalogue,
        demand=options.demand,
    )
    return LiveConfig(
        connections=options.connections,
        load=load,
        processes=options.clients,
        storms=options.storms,
        rate=options.rate,
        window=options.window,
    )
