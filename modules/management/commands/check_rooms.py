"""`manage.py check_rooms --term CODE`: sections that share a room or an instructor at one time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from modules.selectors.catalogue import get_term
from modules.selectors.conflicts import load_warnings


class Command(BaseCommand):
    """Prints one line for each warning; none of them stops anything."""

    help = (
        "List sections in one room or with one instructor at one time, and sections with more "
        "seats than their room holds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The term."""
        parser.add_argument("--term", required=True, metavar="CODE")

    def handle(self, *args: Any, term: str, **options: Any) -> None:
        """Print the report."""
        found = get_term(code=term)
        if found is None:
            raise CommandError(f"There is no term {term}.")
        warnings = load_warnings(term=found.term)
        for warning in warnings:
            self.stdout.write(f"{warning.kind:<11}{warning}")
        self.stdout.write(f"{len(warnings)} warnings about rooms and instructors of {term}.")
