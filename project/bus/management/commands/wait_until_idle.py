"""`manage.py wait_until_idle --timeout 180`: wait until nothing is left to do."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from project.bus.idle import NotIdle, wait_until_idle


class Command(BaseCommand):
    help = "Wait until nothing is left to do, and say what is; code 1 where nothing moves any more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--timeout",
            type=float,
            default=180,
            metavar="S",
            help="give up after so many seconds in which nothing changed (180)",
        )

    def handle(self, *args: Any, timeout: float, **options: Any) -> None:
        try:
            wait_until_idle(timeout=timeout, log=self._log)
        except NotIdle as error:
            raise CommandError(
                f"{error} `manage.py status` shows what stands still; `make logs` says why."
            ) from error
        self.stdout.write("Nothing is left to do.")

    def _log(self, left: str) -> None:
        if left:
            self.stdout.write(f"Waiting for {left}")
