"""The load while pages are open, and the updates they received."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.live.client_pool import ClientPool
from benchmarks.live.delivery import (
    DeliveryCount,
    Pair,
    Received,
    count_delivery,
    expected_from,
)
from benchmarks.live.redis_listener import RedisListener
from benchmarks.live.site_client import get_seats, wait_for_seats
from benchmarks.live.watch_plan import PlannedPage
from benchmarks.sign_in import cookies_of
from benchmarks.site import Site
from benchmarks.surge.results import LoadResult
from benchmarks.surge.run import run_load
from benchmarks.surge.setup import PreparedRun, RunConfig

QUIET_SECONDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInPages:
    """A prepared run with pages that watch it: each student's cookie, and the seats before."""

    config: RunConfig
    prepared: PreparedRun
    pages: tuple[PlannedPage, ...]
    cookies: Mapping[int, str]
    before: Mapping[int, Pair]

    def rows(self) -> list[dict[str, Any]]:
        """The rows from which the worker processes open the pages."""
        return [
            {"number": number, "cookie": self.cookies[page.student], "watch": page.watched}
            for number, page in enumerate(self.pages)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesResult:
    """The updates received under the load, and the load. `waits` are the seconds that the oldest
    update of each message took, `own_waits` those of registrations; `codes` how often connections
    ended with each code."""

    count: DeliveryCount
    waits: Sequence[float]
    own_waits: Sequence[float]
    codes: Mapping[str, int]
    clients_cpu: float
    load: LoadResult


def sign_in_pages(
    config: RunConfig, prepared: PreparedRun, pages: tuple[PlannedPage, ...], site: Site
) -> SignedInPages:
    """Sign the students of the pages in, and read the seats before anybody registers."""
    students = sorted({page.student for page in pages})
    cookies = cookies_of([prepared.tokens[student] for student in students])
    watched = {section for page in pages for section in page.watched}
    before = wait_for_seats(watched, site=site, cookie=cookies[0])
    return SignedInPages(
        config=config,
        prepared=prepared,
        pages=pages,
        cookies=dict(zip(students, cookies, strict=True)),
        before=before,
    )


def run_with_pages(signed_in: SignedInPages, clients: ClientPool, site: Site) -> PagesResult:
    """Students register while the pages listen; then compare the updates received with those
    expected."""
    cookie = next(iter(signed_in.cookies.values()))
    with RedisListener() as listener:
        load = run_load(signed_in.config, signed_in.prepared, site)
        time.sleep(QUIET_SECONDS)
        after = get_seats(signed_in.before, site=site, cookie=cookie)
    expected = expected_from(
        before=signed_in.before,
        after=after,
        accepted=[
            (outcome["student"], outcome["id"])
            for outcome in load.seen["outcomes"]
            if outcome["status"] == 202
        ],
        published=listener.last,
    )
    reports = clients.collect()
    return PagesResult(
        count=count_delivery(received_by(signed_in.pages, reports), expected),
        waits=[wait for report in reports for wait in report["waits"]],
        own_waits=[wait for report in reports for wait in report["own_waits"]],
        codes=sum((Counter(report["codes"]) for report in reports), Counter[str]()),
        clients_cpu=sum(report["cpu"] for report in reports),
        load=load,
    )


def received_by(
    pages: Sequence[PlannedPage], reports: Iterable[Mapping[str, Any]]
) -> list[Received]:
    """What each page received, from the reports of the processes that hold them."""
    return [
        Received(
            student=pages[page["number"]].student,
            watched=frozenset(pages[page["number"]].watched),
            seats={
                int(section): (free, waiting) for section, (free, waiting) in page["seats"].items()
            },
            moved=page["moved"],
        )
        for report in reports
        for page in report["pages"]
    ]
