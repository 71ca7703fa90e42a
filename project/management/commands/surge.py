"""`manage.py surge --students 10000 --over 60 --json out.json`: registration day, measured."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from project.environment import ROOT
from project.surge.demand import BadDemand
from project.surge.ending import Ended
from project.surge.generator import GeneratorFailed
from project.surge.machine import process_roots
from project.surge.report import not_zero, table, written
from project.surge.resting import NeverAtRest
from project.surge.run import measured, site_found
from project.surge.stage import Order, Stage, set_up

RUN = ROOT / ".run"


class Command(BaseCommand):
    """Plays a whole registration day over HTTP against the running site and measures it."""

    help = "Thousands of students register at once; prints and writes every figure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What kind of day it shall be."""
        parser.add_argument("--students", type=_count, default=1000)
        parser.add_argument("--over", type=float, default=60.0, help="seconds; 0 = all at once")
        parser.add_argument("--catalogue", type=Path, help="CSV to import; else one is generated")
        parser.add_argument("--demand", type=Path, help="CSV with demand_index; else by size")
        parser.add_argument("--json", type=Path, help="where the figures are written")
        parser.add_argument("--seed", type=int, default=2)
        parser.add_argument(
            "--processes", type=Path, default=RUN / "processes.json", help="which processes run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up, play, tell."""
        order = Order(
            students=options["students"],
            over=options["over"],
            seed=options["seed"],
            catalogue=options["catalogue"],
            demand=options["demand"],
        )
        try:
            ended = self._run(order, options["processes"])
        except (LookupError, BadDemand, GeneratorFailed, NeverAtRest) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            written(ended.figures, options["json"])
        self._tell(ended)

    def _run(self, order: Order, processes: Path) -> Ended:
        roots = process_roots(processes=processes, services=RUN / "services.json")
        site = site_found(roots)
        stage = set_up(order)
        self._say(f"{len(stage.offers)} sections are asked for")
        with _bar(stage) as bar:
            return measured(
                order,
                stage,
                site,
                say=self._say,
                tick=lambda how_far: _moved(bar, how_far["answered"]),
            )

    def _say(self, line: str) -> None:
        if line:
            tqdm.write(line, file=sys.stderr)

    def _tell(self, ended: Ended) -> None:
        for line in table(ended.figures):
            self.stdout.write(line)
        for code, count in sorted(ended.tally.codes.items()):
            self.stdout.write(f"  at the door: {code} {count}")
        for one in ended.broken:
            self.stdout.write(f"  BROKEN {one.invariant}: {one.row}")
        wrong = [*ended.complaints, *not_zero(ended.figures)]
        if wrong:
            raise CommandError("\n".join(wrong))


def _bar(stage: Stage) -> "tqdm[Any]":
    return tqdm(total=len(stage.wishes), unit=" requests", file=sys.stderr)


def _moved(bar: "tqdm[Any]", answered: int) -> None:
    bar.update(answered - bar.n)


def _count(text: str) -> int:
    """A number of students; argparse tells the rest."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
