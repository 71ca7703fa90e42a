"""`manage.py check_invariants [--at-rest]`: prove what must always be true, on live data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from project.invariants.proving import Proof, proofs


class Command(BaseCommand):
    """Prints one line per invariant; names the rows that break one; code 1 where any does."""

    help = "Prove the invariants on live data; exits 1 and names the rows where one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one choice."""
        parser.add_argument(
            "--at-rest",
            action="store_true",
            help="also what is only true when no work is left anywhere",
        )

    def handle(self, *args: Any, at_rest: bool, **options: Any) -> None:
        """Prove one after the other."""
        broken = [proof for proof in map(self._told, proofs(at_rest=at_rest)) if proof.broken]
        if broken:
            raise CommandError(f"{len(broken)} invariants are broken.")
        self.stdout.write("All invariants hold.")

    def _told(self, proof: Proof) -> Proof:
        word = "BROKEN" if proof.broken else "holds"
        self.stdout.write(f"{word:<7} {proof.seconds:6.2f} s  {proof.name}")
        if proof.broken and proof.meaning:
            self.stdout.write(f"          {proof.meaning}")
        for row in proof.broken:
            self.stdout.write(f"          {row}")
        return proof
