"""`manage.py import_catalogue FILE.csv --term CODE [--modules MODULES.csv] [--starts --ends]`."""

import time
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from modules.rules.csv_table import File
from modules.rules.terms import Days, WrongDays
from modules.services.catalogue_import import CatalogueInvalid, Imported, catalogue_import
from project.bus.monitoring import has_passed

_READER = "registration.catalogue"
_LONGEST_TERM = 32
_LONGEST_NAME = 80


class Command(BaseCommand):
    """Import a catalogue: all of it, or nothing, with every reason why."""

    help = "Load sections, and modules with their requirements, from CSV. A second run is harmless."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("file", metavar="FILE.csv", help="the sections")
        parser.add_argument("--term", required=True, metavar="CODE", help="made where missing")
        parser.add_argument("--name", metavar="NAME", help="what the term is called; else its code")
        parser.add_argument("--modules", metavar="MODULES.csv", help="further modules")
        parser.add_argument("--starts", type=_day, metavar="DAY", help="the term's first day")
        parser.add_argument("--ends", type=_day, metavar="DAY", help="the term's last day")
        parser.add_argument("--no-wait", action="store_true", help="do not wait for registration")
        parser.add_argument(
            "--timeout", type=int, default=60, metavar="S", help="how long to wait (60)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, print the result, and wait until `registration` has projected it."""
        done = self._import(options)
        self._tell(done)
        if done.last is not None and not options["no_wait"]:
            self._wait(done.last, options["timeout"])

    def _import(self, options: dict[str, Any]) -> Imported:
        days = _days(options["starts"], options["ends"])
        catalogue = _file(options["file"])
        modules = _file(options["modules"]) if options["modules"] else None
        with tqdm(desc="events", unit="", file=self.stderr, disable=None) as bar:

            def show(so_far: int, total: int) -> None:
                bar.total = total
                bar.update(so_far - bar.n)

            try:
                return catalogue_import(
                    term=_term(options["term"]),
                    catalogue=catalogue,
                    modules=modules,
                    days=days,
                    name=_name(options["name"]),
                    on_progress=show,
                )
            except CatalogueInvalid as no:
                bar.close()
                raise CommandError(_complaint(no)) from None

    def _tell(self, done: Imported) -> None:
        self.stdout.write(f"{done.sections} sections and {done.modules} modules read.")
        for warning in done.warnings:
            self.stdout.write(f"Warning: {warning}.")
        for cycle in done.cycles:
            self.stdout.write(
                f"Cycle: {', '.join(cycle)} require each other; taking them together will do."
            )
        if done.last is None:
            self.stdout.write("Nothing has changed: all of it is there already.")
            return
        for what in ("terms", "modules", "sections"):
            self.stdout.write(f"{what}: {done.new[what]} new, {done.changed[what]} changed")

    def _wait(self, last: int, timeout: int) -> None:
        self.stdout.write("Waiting until registration has taken it over …")
        until = time.monotonic() + timeout
        while not has_passed(cursor=_READER, event_id=last):
            if time.monotonic() > until:
                raise CommandError(
                    f"The catalogue is loaded, but after {timeout} s registration has not taken "
                    "it over. Do the relay and the pool of queue `catalogue` run (`make up`)? "
                    "It goes on by itself once they do; nothing needs to be repeated."
                )
            time.sleep(0.2)
        self.stdout.write("Done: students can register for it.")


def _file(path: str) -> File:
    try:
        return File(name=path, data=Path(path).read_bytes())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f'"{text}" is not a day like 2026-09-07') from None


def _days(first: date | None, last: date | None) -> Days | None:
    """The days given; None leaves the term's days unchanged."""
    try:
        return Days(first, last) if first or last else None
    except WrongDays as wrong:
        raise CommandError(str(wrong)) from None


def _term(code: str) -> str:
    code = code.strip()
    if not code or len(code) > _LONGEST_TERM or not code.isprintable():
        raise CommandError(f"--term needs 1 to {_LONGEST_TERM} printable characters")
    return code


def _name(name: str | None) -> str | None:
    if name is not None and (not name.strip() or len(name) > _LONGEST_NAME):
        raise CommandError(f"--name needs 1 to {_LONGEST_NAME} characters")
    return name and name.strip()


def _complaint(no: CatalogueInvalid) -> str:
    lines = "\n".join(str(error) for error in no.errors)
    many = "1 defect" if len(no.errors) == 1 else f"{len(no.errors)} defects"
    return f"{lines}\nNothing was loaded: {many}."
