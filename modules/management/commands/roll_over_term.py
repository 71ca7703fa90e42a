"""`manage.py roll_over_term F26 F27 --weeks 52 [--name NAME]`: the next term from the last one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from modules.selectors.catalogue import get_term
from modules.services.rollover import term_roll_over
from project.web.errors.base import Refusal


class Command(BaseCommand):
    """Makes a draft; publish it in the admin."""

    help = "Make a new term from one that is there; everything moves by whole weeks."

    def add_arguments(self, parser: CommandParser) -> None:
        """The two terms, and how far they are apart."""
        parser.add_argument("source", metavar="CODE", help="the term to take the sections from")
        parser.add_argument("code", metavar="NEW_CODE")
        parser.add_argument("--weeks", type=int, required=True, metavar="N")
        parser.add_argument("--name", metavar="NAME", help="what the term is called; else its code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and show how far it is."""
        source = get_term(code=options["source"])
        if source is None:
            raise CommandError(f"There is no term {options['source']}.")
        code, name = options["code"], options["name"] or options["code"]
        with tqdm(desc="sections", unit="", file=self.stderr, disable=None) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                term_roll_over(
                    source=source.term, code=code, name=name, weeks=options["weeks"], progress=show
                )
            except Refusal as no:
                raise CommandError(no.detail) from no
        self.stdout.write(f"{code} is a draft with the sections of {source.code}: publish it.")
