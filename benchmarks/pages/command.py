"""`python -m benchmarks pages`: the response time of each page of one student."""

import argparse
import gzip
import http.client
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping

from tqdm import tqdm

from benchmarks.errors import BenchmarkFailed
from benchmarks.sign_in import session_cookie
from benchmarks.site import add_site_arguments, find_site
from project.accounts.models import User

HELP = "Time each page of a student on the running site, one request at a time."
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


def add_arguments(parser: ArgumentParser) -> None:
    """The options: the student, and the number of requests."""
    parser.add_argument("--username", default="student-1", help="whose pages (of the demo)")
    parser.add_argument("--times", type=_several, default=100, help="requests to each page")
    parser.add_argument("--page", action="append", help="another page, like /catalogue/7/")
    add_site_arguments(parser)


def _several(text: str) -> int:
    """An integer of at least two, so that percentiles exist; argparse reports others."""
    number = int(text)
    if number < 2:
        raise ValueError(text)
    return number


def run(options: argparse.Namespace) -> None:
    """Print p50, p95 and the size of each page."""
    connection = find_site(options).connection()
    cookie = {"Cookie": _sign_in(options.username)}
    print(f"{'page':<32} {'p50 ms':>7} {'p95 ms':>7} {'kB gzip':>8}")
    for page in (*PAGES, *(options.page or ())):
        took, size = _time(connection, page, cookie, options.times)
        p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
        print(f"{page:<32} {p50:>7.1f} {p95:>7.1f} {size / 1000:>8.1f}")


def _sign_in(username: str) -> str:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise BenchmarkFailed(f"Nobody is called {username}: run `make demo`, or give --username.")
    return session_cookie(user)


def _time(
    connection: http.client.HTTPConnection, page: str, headers: Mapping[str, str], times: int
) -> tuple[list[float], int]:
    """Milliseconds of each request after a first one, and the compressed size in bytes."""
    answers = _get(connection, page, headers, times + 1)
    next(answers)
    took, bodies = zip(
        *tqdm(answers, total=times, desc=page, leave=False, disable=None), strict=True
    )
    return list(took), len(gzip.compress(bodies[-1]))


def _get(
    connection: http.client.HTTPConnection, page: str, headers: Mapping[str, str], times: int
) -> Iterator[tuple[float, bytes]]:
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", page, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise BenchmarkFailed(f"{page} answered {answer.status}: is this person a student?")
        yield (time.perf_counter() - began) * 1000, body
