"""`manage.py generate_catalogue FILE.csv --modules-file MODULES.csv --seed 1`."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from modules.rules.generation import Row, generate_catalogue


class Command(BaseCommand):
    """Write a sample catalogue for trials."""

    help = "Write about 300 modules and 1,000 sections as CSV, the same for the same seed."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("file", metavar="FILE.csv", help="where the sections go")
        parser.add_argument("--modules-file", required=True, metavar="MODULES.csv")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write both files."""
        drawn = generate_catalogue(seed=options["seed"])
        _write(options["file"], drawn.sections)
        _write(options["modules_file"], drawn.modules)
        self.stdout.write(f"{len(drawn.sections)} sections of {len(drawn.modules)} modules")


def _write(path: str, rows: list[Row]) -> None:
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from None
