"""`manage.py demo`: 500 students register through the API of the running site."""

import http.client
import os
import secrets
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from datetime import date, timedelta
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken
from tqdm import tqdm

from project.accounts.models import User
from project.demo import Student, choose_sections, each
from project.events.vocabulary import RegistrationStatus
from project.invariants.runner import run_invariants

PEOPLE = (("student-1", "Ada Lovelace"), ("student-2", "Alan Turing"))
PROGRAMME, PER_CREDIT, LIMIT = "demo", 10_000, 100_000_000
ONE_IN_DROPS = 20
WEEKS = 15

PLACES = (
    ("/", "the start"),
    ("/catalogue/", "search modules; put sections into the plan"),
    ("/plan/", "the week as a picture, what speaks against it, and asking for it"),
    ("/registrations/", "what a student has, and every registration step by step"),
    ("/account/", "the statement of account"),
    ("/inbox/", "messages about registrations"),
    ("/api/docs/", "the API, to try in the browser"),
    ("/admin/", "for staff"),
)


class Command(BaseCommand):
    """A small registration day: prints the outcomes, and who may sign in."""

    help = "Let 500 students register through the API of the running site; show what came of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        port = os.environ.get("PORT") or "8000"
        parser.add_argument("--students", type=int, default=500)
        parser.add_argument("--site", default=f"127.0.0.1:{port}", metavar="HOST:PORT")

    def handle(self, *args: Any, students: int, site: str, **options: Any) -> None:
        _require_site(site)
        term = f"DEMO-{time.strftime('%y%m%d-%H%M%S')}"
        _catalogue(term)
        people = _students(students, term=term, site=site)
        choose_sections(people, term=term, seed=1)
        self._register(people)
        outcomes = self._outcomes(people)
        self._print_outcomes(people, outcomes)
        self._check(people, outcomes)
        self._print_logins(site, term)

    def _register(self, people: list[Student]) -> None:
        with tqdm(total=len(people), unit=" students", file=sys.stderr) as bar:
            each(people, Student.register, tick=bar.update)
        call_command("wait_until_idle")
        accepted = [student for student in people if student.accepted]
        each(accepted[::ONE_IN_DROPS], Student.drop_one)
        call_command("wait_until_idle")

    def _outcomes(self, people: list[Student]) -> list[dict[str, Any]]:
        return each([student for student in people if student.accepted], Student.outcome)

    def _print_outcomes(self, people: list[Student], outcomes: list[dict[str, Any]]) -> None:
        refusals = Counter(code for student in people for code in student.refusals)
        states = Counter(item["state"] for outcome in outcomes for item in outcome["items"])
        rows = [
            ("students", len(people)),
            ("  whose request was accepted", len(outcomes)),
            *((f"  refused at once: {code}", n) for code, n in sorted(refusals.items())),
            ("sections asked for", states.total()),
            *((f"  {state}", n) for state, n in sorted(states.items())),
            ("accepted, but without an answer", _lost(outcomes)),
        ]
        self.stdout.write("\nWhere everyone ended")
        for name, count in rows:
            self.stdout.write(f"  {name:<40} {count:>6}")

    def _check(self, people: list[Student], outcomes: list[dict[str, Any]]) -> None:
        broken = run_invariants(at_rest=True)
        for one in broken:
            self.stdout.write(f"  BROKEN {one.invariant}: {one.row}")
        failed = [code for student in people for code in student.refusals if code.isdigit()]
        if broken or failed or _lost(outcomes):
            raise CommandError("Something is wrong: see above.")
        self.stdout.write("Every invariant holds.\n")

    def _print_logins(self, site: str, term: str) -> None:
        _admit(term, count=len(PEOPLE), prefix="student-")
        self.stdout.write("\nWorth opening")
        for path, words in PLACES:
            self.stdout.write(f"  {f'http://{site}{path}':<42} {words}")
        self.stdout.write(f"\nWho may sign in (term {term})")
        for username, name in (("admin", "Administrator"), *PEOPLE):
            self.stdout.write(f"  {username:<10}  password {_with_password(username, name)}")


def _require_site(site: str) -> None:
    connection = http.client.HTTPConnection(site, timeout=10)
    try:
        connection.request("GET", "/livez")
        status = connection.getresponse().status
    except OSError as error:
        raise CommandError(f"No site answers at {site} ({error}): `make up` first.") from error
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        raise CommandError(f"{site} answers {status} where the site should: see `make logs`.")


def _catalogue(term: str) -> None:
    """A term of fifteen weeks from the Monday after next: calendars need its days."""
    starts = date.today() + timedelta(days=14 - date.today().weekday())
    ends = starts + timedelta(days=WEEKS * 7 - 3)
    with TemporaryDirectory() as folder:
        sections, further = f"{folder}/sections.csv", f"{folder}/further.csv"
        call_command("generate_catalogue", sections, modules_file=further)
        call_command(
            "import_catalogue",
            sections,
            f"--modules={further}",
            term=term,
            starts=str(starts),
            ends=str(ends),
            name=f"Demo term, {starts:%B %Y}",
        )
    call_command("set_rate", PROGRAMME, PER_CREDIT, LIMIT)


def _students(count: int, *, term: str, site: str) -> list[Student]:
    """Admit students, with a token each."""
    prefix = f"{term.lower()}-"
    _admit(term, count=count, prefix=prefix)
    call_command("wait_until_idle")
    users = User.objects.filter(username__startswith=prefix).values_list("id", flat=True)
    return [Student(site=site, token=_token(user)) for user in users]


def _admit(term: str, *, count: int, prefix: str) -> None:
    call_command(
        "prepare_students",
        term=term,
        count=count,
        prefix=prefix,
        programme=PROGRAMME,
        all_modules=True,
        verbosity=0,
    )


def _token(user: int) -> str:
    token = AccessToken()
    token[api_settings.USER_ID_CLAIM] = str(user)
    return str(token)


def _lost(outcomes: list[dict[str, Any]]) -> int:
    return sum(outcome["status"] != RegistrationStatus.DECIDED for outcome in outcomes)


def _with_password(username: str, name: str) -> str:
    """Set a new password, which is printed once and stored hashed."""
    word = secrets.token_urlsafe(9)
    known = User.objects.ids_by_name([username]).get(username)
    user = User.objects.get(pk=known) if known else User(username=username)
    user.full_name = name
    user.is_staff = user.is_superuser = username == "admin"
    user.set_password(word)
    user.save()
    return word
