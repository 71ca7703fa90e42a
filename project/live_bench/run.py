"""One run from the first open page to the last count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from project.live_bench.asked import Asked, Live, require_files
from project.live_bench.clients import Clients, Tick
from project.live_bench.reckoning import Count
from project.live_bench.report import Figures, where_and_when
from project.live_bench.storm import Storms, stormed
from project.live_bench.telling import Told, hall_of, told
from project.live_bench.watching import pages_drawn
from project.surge.counting import percentile
from project.surge.run import Site
from project.surge.stage import Order, Stage, set_up

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that is over."""

    figures: Figures
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How many seconds all pages took to open, and how many MB `live` had with them at most."""

    seconds: float
    memory: float


def measured(asked: Asked, site: Site, live: Live, *, say: Say, tick: Tick) -> Ended:
    """Open the pages, let the crowd in, count what came; then calm and storm in turn."""
    require_files(asked, live)
    order = asked.order
    stage = set_up(order)
    small = _small_load(asked)
    pages = pages_drawn(stage.wishes, stage.offers, connections=asked.connections, seed=order.seed)
    say("Signing the students in")
    hall = hall_of(order, stage, pages, site)
    origin = f"http://{site.host}:{site.port}"
    with Clients(
        hall.rows(), processes=asked.processes, address=live.address, origin=origin
    ) as clients:
        say(f"Opening {len(pages)} pages")
        opened_s = clients.open(within=asked.opened_within, tick=tick)
        memory = [live.memory_mb]
        heard = told(hall, clients, site, say=say)
        say(f"{heard.count.delivered} news came, p95 {_ms(heard.waits, 0.95)} ms")
        memory.append(live.memory_mb)
        storms = _storms(asked, small, clients, site, say)
        memory.append(live.memory_mb)
    opened = Opened(seconds=opened_s, memory=max(memory))
    return Ended(figures=_figures(asked, opened, heard, storms), count=heard.count)


def _small_load(asked: Asked) -> Stage | None:
    students = round(asked.rate * asked.window * asked.storms * 2)
    if students == 0:
        return None
    return set_up(Order(students=students, over=asked.window, seed=asked.order.seed, name="STORM"))


def _storms(asked: Asked, small: Stage | None, clients: Clients, site: Site, say: Say) -> Storms:
    if small is None:
        return Storms()
    say("Calm and storm in turn")
    return stormed(small, clients, host=site.host, port=site.port, pairs=asked.storms, say=say)


def _figures(asked: Asked, opened: Opened, heard: Told, storms: Storms) -> Figures:
    crowd = heard.load.crowd
    lasted = heard.load.at_rest - crowd["started"]
    accepted = [one["took"] for one in crowd["outcomes"] if one["status"] == 202]
    return Figures(
        connections=asked.connections,
        opened_s=round(opened.seconds, 1),
        live_rss_mb=round(opened.memory, 1),
        delivered=heard.count.delivered,
        missing=heard.count.missing,
        latency_p50_ms=_ms(heard.waits, 0.5),
        latency_p95_ms=_ms(heard.waits, 0.95),
        latency_p99_ms=_ms(heard.waits, 0.99),
        own_latency_p50_ms=_ms(heard.own_waits, 0.5),
        own_latency_p95_ms=_ms(heard.own_waits, 0.95),
        own_latency_p99_ms=_ms(heard.own_waits, 0.99),
        storm_accept_p95_ratio=storms.ratio,
        storm_accept_p95_ms=storms.storm_ms,
        calm_accept_p95_ms=storms.calm_ms,
        storm_back_s=storms.back_s,
        students=asked.order.students,
        over=asked.order.over,
        accepted=len(accepted),
        accept_p95_ms=_ms(accepted, 0.95),
        messages=len(heard.waits),
        messages_per_s=round(len(heard.waits) / lasted, 1),
        live_cpu_s=round(heard.load.watch.cpu.get("live-1", 0.0), 1),
        clients_cpu_s=round(heard.clients_cpu, 1),
        closed_by_code=dict(heard.codes),
        **where_and_when(),
    )


def _ms(seconds: Sequence[float], share: float) -> float:
    return round(percentile(seconds, share) * 1000, 1)
