"""One run from the first request to the last check."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from project.bus.replay import replay_check
from project.invariants.runner import InvariantBreach, run_invariants
from project.surge.bare import baseline_per_second, generator_per_second
from project.surge.ending import Ended, Played, ended
from project.surge.generator import play
from project.surge.machine import environment_of
from project.surge.measuring import Watch
from project.surge.resting import wait_for_rest
from project.surge.stage import Order, Stage, crowd_job

OVER_TIME, ALL_AT_ONCE = 400, 4000
"""Connections at most: the crowd over a while, and all at once."""

Say = Callable[[str], None]
Tick = Callable[[dict[str, int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The running site: where it listens, and which processes there are by name."""

    host: str
    port: int
    roots: Mapping[str, int]

    @property
    def web(self) -> int:
        """Its first web process."""
        return self.roots["web-1"]


def site_found(roots: Mapping[str, int]) -> Site:
    """The site among the running processes. Raises LookupError where none runs."""
    if "web-1" not in roots:
        raise LookupError("the site does not run: `make up` first")
    environment = environment_of(roots["web-1"])
    host = environment.get("HOST", "127.0.0.1")
    return Site(
        host="127.0.0.1" if host == "0.0.0.0" else host,  # noqa: S104 -- asked, not bound
        port=int(environment.get("PORT", "8000")),
        roots=roots,
    )


def connections_for(order: Order) -> int:
    """How many connections the crowd may open."""
    return min(order.students, OVER_TIME if order.over else ALL_AT_ONCE)


def measured(order: Order, stage: Stage, site: Site, *, say: Say, tick: Tick) -> Ended:
    """Baseline, the run itself, baseline again; then count and check."""
    say("Measuring the baseline")
    before = _baseline(order, stage, site)
    seen = played(order, stage, site, say=say, tick=tick)
    say("Measuring the baseline again")
    baseline = median([before, _baseline(order, stage, site)])
    alone = generator_per_second(connections=connections_for(order), tokens=stage.tokens)
    say("Checking the invariants")
    broken = run_invariants(at_rest=True)
    say("Replaying every fact")
    broken += _replay_broken()
    return ended(order, stage, seen, broken, baseline=baseline, alone=alone)


def _replay_broken() -> list[InvariantBreach]:
    return [
        InvariantBreach(
            invariant="replay equal byte for byte",
            row=f"{one.table}: is {one.live}, replayed {one.replayed}",
        )
        for one in replay_check().differences
    ]


def _baseline(order: Order, stage: Stage, site: Site) -> float:
    return baseline_per_second(
        web=site.web, connections=connections_for(order), tokens=stage.tokens
    )


def played(order: Order, stage: Stage, site: Site, *, say: Say, tick: Tick) -> Played:
    """Let the crowd in, wait until all is at rest, and ask what became of each request."""
    job = crowd_job(stage, host=site.host, port=site.port, connections=connections_for(order))
    say(f"{order.students} students begin")
    with Watch(dict(site.roots)) as watch:
        crowd = play(job, tick=tick, watch=watch)
        say("Waiting until all is answered and at rest")
        at_rest = wait_for_rest(tick=say)
    say("Asking what became of each request")
    return Played(crowd=crowd, final=_final(crowd, stage, site), at_rest=at_rest, watch=watch)


def _final(crowd: dict[str, Any], stage: Stage, site: Site) -> dict[str, Any]:
    wanted = [
        {"id": one["id"], "token": stage.tokens[one["student"]]}
        for one in crowd["outcomes"]
        if one["status"] == 202
    ]
    job = {"play": "collect", "host": site.host, "port": site.port, "registrations": wanted}
    told: dict[str, Any] = play(job)
    return told
