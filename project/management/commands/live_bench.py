"""`manage.py live_bench --connections 10000 --json out.json`: thousands of open pages, measured."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from project.environment import ROOT
from project.live_bench.asked import Asked, live_found
from project.live_bench.clients import NotOpened
from project.live_bench.report import table, written
from project.live_bench.run import Ended, measured
from project.surge.demand import BadDemand
from project.surge.generator import GeneratorFailed
from project.surge.machine import process_roots
from project.surge.resting import NeverAtRest
from project.surge.run import site_found
from project.surge.stage import Order

RUN = ROOT / ".run"


class Command(BaseCommand):
    """Keeps thousands of pages open on the running site while students register."""

    help = "Thousands of pages are told what changes, and reconnect in a storm; every figure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many pages, and what goes on meanwhile."""
        parser.add_argument("--connections", type=int, default=10000, help="open pages")
        parser.add_argument(
            "--students", type=int, help="who register; default: a fifth of the pages"
        )
        parser.add_argument("--over", type=float, default=60.0, help="seconds; 0 = all at once")
        parser.add_argument("--catalogue", type=Path, help="CSV to import; else one is generated")
        parser.add_argument("--demand", type=Path, help="CSV with demand_index; else by size")
        parser.add_argument("--clients", type=int, default=2, help="processes that hold the pages")
        parser.add_argument("--storms", type=int, default=3, help="calm and storm, so often")
        parser.add_argument("--window", type=float, default=45.0, help="seconds of each of these")
        parser.add_argument("--rate", type=float, default=20.0, help="requests a second in them")
        parser.add_argument("--json", type=Path, help="where the figures are written")
        parser.add_argument("--seed", type=int, default=2)
        parser.add_argument(
            "--processes", type=Path, default=RUN / "processes.json", help="which processes run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Open, play, tell."""
        try:
            ended = self._run(_asked(options), options["processes"])
        except (LookupError, BadDemand, GeneratorFailed, NeverAtRest, NotOpened) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            written(ended.figures, options["json"])
        for line in table(ended.figures):
            self.stdout.write(line)
        if ended.count.missing:
            raise CommandError("\n".join(["News are missing:", *ended.count.examples]))

    def _run(self, asked: Asked, processes: Path) -> Ended:
        roots = process_roots(processes=processes, services=RUN / "services.json")
        site, live = site_found(roots), live_found(roots)
        with tqdm(total=asked.connections, unit=" pages", file=sys.stderr) as bar:
            return measured(asked, site, live, say=_say, tick=lambda ready: _moved(bar, ready))


def _asked(options: dict[str, Any]) -> Asked:
    order = Order(
        students=options["students"] or max(1, options["connections"] // 5),
        over=options["over"],
        seed=options["seed"],
        name="LIVE",
        catalogue=options["catalogue"],
        demand=options["demand"],
    )
    return Asked(
        connections=options["connections"],
        order=order,
        processes=options["clients"],
        storms=options["storms"],
        rate=options["rate"],
        window=options["window"],
    )


def _say(line: str) -> None:
    if line:
        tqdm.write(line, file=sys.stderr)


def _moved(bar: "tqdm[Any]", ready: int) -> None:
    bar.update(ready - bar.n)
