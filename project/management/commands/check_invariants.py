"""`manage.py check_invariants [--at-rest]`: check what must always be true, on live data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from project.invariants.runner import InvariantResult, check_invariants


class Command(BaseCommand):
    """Prints one line per invariant; names the rows that break one; code 1 where any does."""

    help = "Check the invariants on live data; exits 1 and names the rows where one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at-rest",
            action="store_true",
            help="also what is only true when no work is left anywhere",
        )

    def handle(self, *args: Any, at_rest: bool, **options: Any) -> None:
        """Check one after the other."""
        results = map(self._shown, check_invariants(at_rest=at_rest))
        broken = [result for result in results if result.rows]
        if broken:
            raise CommandError(f"{len(broken)} invariants are broken.")
        self.stdout.write("All invariants hold.")

    def _shown(self, result: InvariantResult) -> InvariantResult:
        invariant, word = result.invariant, "BROKEN" if result.rows else "holds"
        self.stdout.write(f"{word:<7} {result.seconds:6.2f} s  {invariant.name}")
        if result.rows and invariant.meaning:
            self.stdout.write(f"          {invariant.meaning}")
        for row in result.rows:
            self.stdout.write(f"          {row}")
        if result.changed_since:
            self.stdout.write("          changed by staff since, so not broken:")
        for row in result.changed_since:
            self.stdout.write(f"          {row}")
        return result
