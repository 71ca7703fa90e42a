"""`manage.py pages_bench`: how long the running site takes for each page of one student."""

import gzip
import http.client
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from project.accounts.models import User
from project.environment import ROOT
from project.surge.machine import process_roots
from project.surge.run import Site, site_found

RUN = ROOT / ".run"
PAGES = (
    "/",
    "/catalogue/",
    "/catalogue/?q=phys",
    "/catalogue/?free=on&fits=on",
    "/plan/",
    "/registrations/",
    "/timetable/",
    "/account/",
    "/inbox/",
)


class Command(BaseCommand):
    """One page after the other, one request at a time, with nothing else to do for the site."""

    help = "Time each page of a student on the running site, one request at a time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default="student-1", help="whose pages (of the demo)")
        parser.add_argument("--times", type=int, default=100, help="requests to each page")
        parser.add_argument("--page", action="append", help="another page, like /catalogue/7/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print p50, p95 and the size of each page."""
        cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={_signed_in(options['username'])}"}
        connection = http.client.HTTPConnection(*_address(), timeout=30)
        self.stdout.write(f"{'page':<32} {'p50 ms':>7} {'p95 ms':>7} {'kB gzip':>8}")
        for page in (*PAGES, *(options["page"] or ())):
            took, size = _timed(connection, page, cookie, options["times"])
            p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
            self.stdout.write(f"{page:<32} {p50:>7.1f} {p95:>7.1f} {size / 1000:>8.1f}")


def _signed_in(username: str) -> str:
    """The key of a new session of this person."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"Nobody is called {username}: run `make demo`, or give --username.")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _address() -> tuple[str, int]:
    roots = process_roots(processes=RUN / "processes.json", services=RUN / "services.json")
    try:
        site: Site = site_found(roots)
    except LookupError as error:
        raise CommandError(str(error)) from error
    return site.host, site.port


def _timed(
    connection: http.client.HTTPConnection, page: str, headers: Mapping[str, str], times: int
) -> tuple[list[float], int]:
    """Milliseconds of each request after a first one, and the bytes of the page as compressed."""
    answers = _asked(connection, page, headers, times + 1)
    next(answers)
    took, bodies = zip(
        *tqdm(answers, total=times, desc=page, leave=False, disable=None), strict=True
    )
    return list(took), len(gzip.compress(bodies[-1]))


def _asked(
    connection: http.client.HTTPConnection, page: str, headers: Mapping[str, str], times: int
) -> Iterator[tuple[float, bytes]]:
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", page, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise CommandError(f"{page} answered {answer.status}: is this person a student?")
        yield (time.perf_counter() - began) * 1000, body
