"""Set what a credit costs in a programme."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments import services


class Command(BaseCommand):
    """Appends one event if something changes, none otherwise."""

    help = "Set a programme's fee per credit and the limit of its new accounts, in minor units."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments, all required."""
        parser.add_argument("programme")
        parser.add_argument("per_credit", type=int)
        parser.add_argument("limit", type=int)

    def handle(self, *, programme: str, per_credit: int, limit: int, **_: Any) -> None:
        """Set the rate and print the result."""
        if per_credit < 0 or limit < 0:
            raise CommandError("A fee and a limit cannot be below zero.")
        changed = services.rate_set(programme=programme, per_credit=per_credit, limit=limit)
        outcome = "set" if changed else "already"
        self.stdout.write(f"{programme}: {outcome} {per_credit} per credit, limit {limit}.")
