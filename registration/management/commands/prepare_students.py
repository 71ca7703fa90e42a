"""Create students by the thousand with an open window: for demonstrations and load tests."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from project.accounts.models import User
from project.events.credits import WrongCredits, parse_credits
from registration import services
from registration.rules.people import Category, Kind, passed
from registration.selectors import students
from registration.selectors.audience import load_categories

CHUNK = 2000
WINDOW_DAYS = 30
# Hashing a password is expensive: thousands of equal ones are hashed once.
UNUSABLE = f"{UNUSABLE_PASSWORD_PREFIX}nobody signs in with a password"


class Command(BaseCommand):
    """Create users PREFIX1 … PREFIXn, admit them and open a window for everyone in the term."""

    help = "Create and admit many students for a term, and open a registration window for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The users and their transcripts."""
        parser.add_argument("--term", required=True, help="code of a term in the catalogue")
        parser.add_argument("--count", required=True, type=int)
        parser.add_argument("--prefix", default="student-", help="usernames are PREFIX1, PREFIX2 …")
        parser.add_argument("--programme", default="general")
        parser.add_argument("--year", type=int, default=1)
        parser.add_argument("--credit-limit", default="24")
        parser.add_argument("--password", default="", help="one for all; without it, none signs in")
        passed = parser.add_mutually_exclusive_group()
        passed.add_argument(
            "--transcripts-from",
            type=Path,
            metavar="FILE",
            help="JSON: a list with one list of module codes for each student, in order",
        )
        passed.add_argument(
            "--all-modules",
            action="store_true",
            help="they passed every module that something in the term requires",
        )

    def handle(self, *, term: str, count: int, **options: Any) -> None:
        """Create them and report. A second run changes nothing."""
        term_id = students.get_term_id(term)
        if term_id is None:
            raise CommandError(f"The catalogue has no term {term}: import or generate it first.")
        if count < 1:
            raise CommandError("--count has to be at least 1.")
        transcripts = _transcripts(term_id, count, options)
        password = make_password(options["password"]) if options["password"] else UNUSABLE
        names = [f"{options['prefix']}{n}" for n in range(1, count + 1)]
        users = self._users(names, password)
        changed = self._admit(users, transcripts, options)
        opened = _open_window(term_id)
        window = "a window opened" if opened else "a window was open"
        self.stdout.write(f"{count} students, {changed} new or changed; {window} for {term}.")

    def _users(self, names: Sequence[str], password: str) -> list[int]:
        known = User.objects.ids_by_name(names)
        new = [name for name in names if name not in known]
        for chunk in _chunks(new, "users"):
            made = User.objects.bulk_create(
                User(username=name, full_name=name, email=f"{name}@example.org", password=password)
                for name in chunk
            )
            known.update({user.username: user.id for user in made})
        return [known[name] for name in names]

    def _admit(
        self,
        users: Sequence[int],
        transcripts: Sequence[tuple[str, ...]],
        options: dict[str, Any],
    ) -> int:
        try:
            limit = parse_credits(str(options["credit_limit"]))
        except WrongCredits as wrong:
            raise CommandError(f"--credit-limit: {wrong}") from wrong
        programme = options["programme"]
        if (Kind.PROGRAMME, programme) not in load_categories():
            row = Category(kind=Kind.PROGRAMME, code=programme, name=programme)
            services.categories_set([row])
        rows = [
            services.Admission(
                student=user,
                programme=programme,
                year=options["year"],
                credit_limit_quarters=limit,
                transcript=passed(*transcript),
            )
            for user, transcript in zip(users, transcripts, strict=True)
        ]
        return sum(services.students_admit(chunk) for chunk in _chunks(rows, "students"))


def _chunks(rows: Sequence[Any], unit: str) -> "tqdm[Any]":
    """The rows in chunks, with a progress bar on a terminal."""
    starts = range(0, len(rows), CHUNK)
    return tqdm([rows[start : start + CHUNK] for start in starts], desc=unit, disable=None)


def _transcripts(term: int, count: int, options: dict[str, Any]) -> list[tuple[str, ...]]:
    if options["all_modules"]:
        return list(repeat(students.load_required_codes(term), count))
    path = options["transcripts_from"]
    return _read(path, count) if path else list(repeat((), count))


def _read(path: Path, count: int) -> list[tuple[str, ...]]:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
    if not isinstance(data, list) or len(data) != count:
        raise CommandError(f"{path} has to be a JSON list with {count} transcripts.")
    for n, codes in enumerate(data):
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise CommandError(f"{path}: entry {n} is not a list of module codes.")
    return [tuple(codes) for codes in data]


def _open_window(term: int) -> bool:
    now = timezone.now().replace(second=0, microsecond=0)
    if students.window_is_open(term):
        return False
    services.windows_open(
        [
            services.Opening(
                term=term,
                opens_at=now - timedelta(hours=1),
                closes_at=now + timedelta(days=WINDOW_DAYS),
            )
        ]
    )
    return True
