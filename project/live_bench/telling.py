"""The load while pages are open, and what they were told of it."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.live_bench.clients import Clients
from project.live_bench.ear import Ear
from project.live_bench.reckoning import Count, Heard, Pair, counted, due_of
from project.live_bench.truth import cookies_of, seats_known, seats_told
from project.live_bench.watching import Watching
from project.surge.ending import Played
from project.surge.run import Site, played
from project.surge.stage import Order, Stage

SETTLING_SECONDS = 3

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """A stage with pages that watch it: each student's cookie, and the seats before it began."""

    order: Order
    stage: Stage
    pages: tuple[Watching, ...]
    cookies: Mapping[int, str]
    before: Mapping[int, Pair]

    def rows(self) -> list[dict[str, Any]]:
        """What the processes that hold the pages are told of them."""
        return [
            {"number": number, "cookie": self.cookies[page.student], "watch": page.watched}
            for number, page in enumerate(self.pages)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the pages heard while the load was on, and the load. `waits` are the seconds that the
    oldest news of each message took, `own_waits` those of registrations; `codes` how often
    connections ended with which code."""

    count: Count
    waits: Sequence[float]
    own_waits: Sequence[float]
    codes: Mapping[str, int]
    clients_cpu: float
    load: Played


def hall_of(order: Order, stage: Stage, pages: tuple[Watching, ...], site: Site) -> Hall:
    """Sign the students of the pages in, and look at the seats before anybody comes."""
    students = sorted({page.student for page in pages})
    signed_in = cookies_of([stage.tokens[student] for student in students])
    cookies = dict(zip(students, signed_in, strict=True))
    before = seats_known(_sections(pages), host=site.host, port=site.port, cookie=signed_in[0])
    return Hall(order=order, stage=stage, pages=pages, cookies=cookies, before=before)


def told(hall: Hall, clients: Clients, site: Site, *, say: Say) -> Told:
    """Let the crowd in while the pages listen; then hold what they heard against what was due."""
    cookie = next(iter(hall.cookies.values()))
    with Ear() as ear:
        load = played(hall.order, hall.stage, site, say=say, tick=lambda _: None)
        time.sleep(SETTLING_SECONDS)
        after = seats_told(hall.before, host=site.host, port=site.port, cookie=cookie)
    outcomes = load.crowd["outcomes"]
    accepted = [(one["student"], one["id"]) for one in outcomes if one["status"] == 202]
    due = due_of(before=hall.before, after=after, accepted=accepted, told=ear.last)
    heard = clients.told()
    return Told(
        count=counted(heard_by(hall.pages, heard), due),
        waits=[wait for one in heard for wait in one["waits"]],
        own_waits=[wait for one in heard for wait in one["own_waits"]],
        codes=sum((Counter(one["codes"]) for one in heard), Counter[str]()),
        clients_cpu=sum(one["cpu"] for one in heard),
        load=load,
    )


def heard_by(pages: Sequence[Watching], told: Iterable[Mapping[str, Any]]) -> list[Heard]:
    """What each page heard, from what the processes told of theirs."""
    return [
        Heard(
            student=pages[one["number"]].student,
            watched=frozenset(pages[one["number"]].watched),
            seats={
                int(section): (free, waiting) for section, (free, waiting) in one["seats"].items()
            },
            moved=one["moved"],
        )
        for process in told
        for one in process["pages"]
    ]


def _sections(pages: Iterable[Watching]) -> set[int]:
    return {section for page in pages for section in page.watched}
