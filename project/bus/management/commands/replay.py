import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from project.bus.replay import Difference, replay_check
from project.ops.ownership import require_owner


class Command(BaseCommand):
    help = "Rebuild every state table from events alone in a scratch schema, and compare."

    def handle(self, *args: Any, **options: Any) -> None:
        require_owner("Replay")
        with tqdm(unit=" events", desc="replaying", disable=not sys.stderr.isatty()) as bar:
            outcome = replay_check(tick=bar.update)
        for difference in outcome.differences:
            self.stdout.write(_format(difference))
        if outcome.differences:
            raise CommandError("replay is not equal: the rows above differ from their events")
        self.stdout.write(
            f"replay equal: {outcome.events} events give the same {outcome.rows} rows,"
            " byte for byte"
        )


def _format(difference: Difference) -> str:
    return (
        f"{difference.table}\n  is       {difference.live or '(no row)'}"
        f"\n  replayed {difference.replayed or '(no row)'}"
    )
