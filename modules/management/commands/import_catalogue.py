"""`manage.py import_catalogue FILE --term CODE [--modules FILE] [--starts --ends]`."""

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from modules.services.catalogue_format import CATALOGUE
from project.bus.monitoring import has_passed
from project.imports.command import ImportCommand
from project.imports.formats import Comparison

_READER = "registration.catalogue"


class Command(ImportCommand):
    """Import a catalogue: all of it, or nothing, with every reason why."""

    help = "Load sections, and modules with what they require. A second run is harmless."
    format = CATALOGUE

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--no-wait", action="store_true", help="do not wait for registration")
        parser.add_argument(
            "--timeout", type=int, default=60, metavar="S", help="how long to wait (60)"
        )

    def finish(self, done: Comparison, options: dict[str, Any]) -> None:
        """Wait until `registration` has projected it."""
        super().finish(done, options)
        if done.last_event is not None and not options["no_wait"]:
            self._wait(done.last_event, options["timeout"])

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
