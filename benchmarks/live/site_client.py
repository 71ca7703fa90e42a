"""Seats as the site serves them over HTTP to a page without live updates."""

import http.client
import json
import time
from collections.abc import Iterable

from benchmarks.errors import BenchmarkFailed
from benchmarks.live.delivery import Pair
from benchmarks.site import Site

AT_ONCE = 100
KNOWN_WITHIN_SECONDS = 30


def get_seats(sections: Iterable[int], *, site: Site, cookie: str) -> dict[int, Pair]:
    """Free seats and waiting students of these sections, as the site serves them now. Sections
    without known counts and unlimited ones are left out."""
    asked = sorted(set(sections))
    connection = site.connection()
    try:
        parts = [asked[at : at + AT_ONCE] for at in range(0, len(asked), AT_ONCE)]
        found = [_get_part(connection, part, cookie) for part in parts]
    finally:
        connection.close()
    return {section: pair for part in found for section, pair in part.items()}


def wait_for_seats(sections: Iterable[int], *, site: Site, cookie: str) -> dict[int, Pair]:
    """The same, once all are known: the first request for a new term makes the site count them."""
    asked = set(sections)
    deadline = time.monotonic() + KNOWN_WITHIN_SECONDS
    while True:
        found = get_seats(asked, site=site, cookie=cookie)
        if found.keys() == asked:
            return found
        if time.monotonic() > deadline:
            unknown = len(asked - found.keys())
            raise BenchmarkFailed(f"The site does not know the seats of {unknown} sections.")
        time.sleep(0.5)


def _get_part(
    connection: http.client.HTTPConnection, part: list[int], cookie: str
) -> dict[int, Pair]:
    path = f"/seats/?ids={','.join(map(str, part))}"
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise BenchmarkFailed(f"The site answers {answer.status} to who asks for seats.")
    return {
        int(key): (seats["free"], seats["waiting"])
        for key, seats in json.loads(body).items()
        if seats["waiting"] is not None
    }
