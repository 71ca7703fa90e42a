"""`manage.py demo`: 500 students register through the API of the site that runs."""

import secrets
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from project.accounts.models import User
from project.environment import ROOT
from project.invariants.runner import run_invariants
from project.surge.counting import Tally, tallied
from project.surge.generator import GeneratorFailed
from project.surge.machine import process_roots
from project.surge.resting import NeverAtRest
from project.surge.run import Site, played, site_found
from project.surge.stage import PROGRAMME, Order, set_up

RUN = ROOT / ".run"
OVER_SECONDS = 10
PEOPLE = (("student-1", "Ada Lovelace"), ("student-2", "Alan Turing"))

PLACES = (
    ("/", "the start"),
    ("/catalogue/", "search modules; put sections into the plan"),
    ("/plan/", "the week as a picture, what speaks against it, and asking for it"),
    ("/registrations/", "what a student has, and every registration step by step"),
    ("/account/", "the statement of account"),
    ("/inbox/", "what the student was told"),
    ("/api/docs/", "the API, to try in the browser"),
    ("/admin/", "for staff"),
)


class Command(BaseCommand):
    """A registration day in small: prints where everyone ended, and who may sign in where."""

    help = "Let 500 students register through the API of the running site; show what came of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--students", type=int, default=500)
        parser.add_argument("--processes", type=Path, default=RUN / "processes.json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            roots = process_roots(processes=options["processes"], services=RUN / "services.json")
            site = site_found(roots)
            tally, term = self._play(options["students"], site)
        except (LookupError, GeneratorFailed, NeverAtRest) as error:
            raise CommandError(str(error)) from error
        self._tell(tally)
        broken = run_invariants(at_rest=True)
        for one in broken:
            self.stdout.write(f"  BROKEN {one.invariant}: {one.row}")
        if broken or tally.lost or tally.errors_5xx:
            raise CommandError("Something is wrong: see above.")
        self.stdout.write("Every invariant holds.\n")
        self._tell_logins(site, term)

    def _play(self, students: int, site: Site) -> tuple[Tally, str]:
        order = Order(students=students, over=OVER_SECONDS, seed=1, name="DEMO")
        stage = set_up(order)
        with tqdm(total=students, unit=" students", file=sys.stderr) as bar:
            seen = played(
                order,
                stage,
                site,
                say=lambda line: tqdm.write(line, file=sys.stderr) if line else None,
                tick=lambda far: _moved(bar, min(far["answered"], students)),
            )
        return tallied(seen.crowd, seen.final), stage.term_code

    def _tell(self, tally: Tally) -> None:
        rows = [
            ("requests", tally.requests),
            ("  accepted", tally.accepted),
            *((f"  refused at the door: {code}", n) for code, n in sorted(tally.codes.items())),
            ("sections asked for", tally.items),
            *((f"  {state}", n) for state, n in sorted(tally.states.items())),
            ("accepted, but without an answer", tally.lost),
        ]
        self.stdout.write("\nWhere everyone ended")
        for name, count in rows:
            self.stdout.write(f"  {name:<40} {count:>6}")

    def _tell_logins(self, site: Site, term: str) -> None:
        address = f"http://{site.host}:{site.port}"
        call_command(
            "prepare_students",
            term=term,
            count=len(PEOPLE),
            programme=PROGRAMME,  # the one whose fee is set: in another they would be refused
            all_modules=True,
            verbosity=0,
        )
        self.stdout.write("\nWorth opening")
        for path, words in PLACES:
            self.stdout.write(f"  {address + path:<42} {words}")
        self.stdout.write(f"\nWho may sign in (term {term})")
        for username, name in (("admin", "Administrator"), *PEOPLE):
            self.stdout.write(f"  {username:<10}  password {_with_password(username, name)}")


def _with_password(username: str, name: str) -> str:
    """Give somebody a new password, which is printed once and stored hashed."""
    word = secrets.token_urlsafe(9)
    known = User.objects.ids_by_name([username]).get(username)
    user = User.objects.get(pk=known) if known else User(username=username)
    user.full_name = name
    user.is_staff = user.is_superuser = username == "admin"
    user.set_password(word)
    user.save()
    return word


def _moved(bar: "tqdm[Any]", answered: int) -> None:
    bar.update(answered - bar.n)
