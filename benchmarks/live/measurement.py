"""One run from the first open page to the last count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks import provenance
from benchmarks.live.client_pool import ClientPool, Progress
from benchmarks.live.config import LiveConfig, LiveServer, require_files
from benchmarks.live.delivery import DeliveryCount
from benchmarks.live.reconnect_storm import StormFigures, measure_storms
from benchmarks.live.report import Figures
from benchmarks.live.run import PagesResult, run_with_pages, sign_in_pages
from benchmarks.live.watch_plan import plan_pages
from benchmarks.site import Site
from benchmarks.surge.metrics import percentile
from benchmarks.surge.setup import PreparedRun, RunConfig, prepare_run
from benchmarks.terminal import log


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """The result of a finished run."""

    figures: Figures
    count: DeliveryCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How many seconds all pages took to open, and how many MB `live` had with them at most."""

    seconds: float
    memory: float | None


def measure(
    config: LiveConfig, site: Site, live: LiveServer, *, progress: Progress = lambda _: None
) -> LiveResult:
    """Open the pages, let students register, count what came; then calm and storm in turn."""
    require_files(config, live)
    load = config.load
    prepared, small = prepare_run(load, site), _prepare_small_load(config, site)
    pages = plan_pages(
        prepared.scripts, prepared.pool, connections=config.connections, seed=load.seed
    )
    log("Signing the students in")
    signed_in = sign_in_pages(load, prepared, pages, site)
    with ClientPool(
        signed_in.rows(), processes=config.processes, address=live.address, origin=site.origin
    ) as clients:
        log(f"Opening {len(pages)} pages")
        seconds = clients.open(within=config.opened_within, progress=progress)
        memory = [live.memory_mb]
        result = run_with_pages(signed_in, clients, site)
        log(f"{result.count.delivered} updates were received, p95 {_ms(result.waits, 0.95)} ms")
        memory.append(live.memory_mb)
        storms = _storms(config, small, clients, site)
        memory.append(live.memory_mb)
    opened = Opened(seconds=seconds, memory=_largest(memory))
    return LiveResult(figures=_figures(config, opened, result, storms), count=result.count)


def _largest(values: Iterable[float | None]) -> float | None:
    return max((round(value, 1) for value in values if value is not None), default=None)


def _prepare_small_load(config: LiveConfig, site: Site) -> PreparedRun | None:
    students = round(config.rate * config.window * config.storms * 2)
    if students == 0:
        return None
    small = RunConfig(students=students, over=config.window, seed=config.load.seed, name="STORM")
    return prepare_run(small, site)


def _storms(
    config: LiveConfig, small: PreparedRun | None, clients: ClientPool, site: Site
) -> StormFigures:
    if small is None:
        return StormFigures()
    log("Calm and storm in turn")
    return measure_storms(small, clients, site, pairs=config.storms)


def _figures(
    config: LiveConfig, opened: Opened, result: PagesResult, storms: StormFigures
) -> Figures:
    seen = result.load.seen
    lasted = result.load.idle_at - seen["started"]
    accepted = [outcome["took"] for outcome in seen["outcomes"] if outcome["status"] == 202]
    return Figures(
        connections=config.connections,
        opened_s=round(opened.seconds, 1),
        live_rss_mb=opened.memory,
        delivered=result.count.delivered,
        missing=result.count.missing,
        latency_p50_ms=_ms(result.waits, 0.5),
        latency_p95_ms=_ms(result.waits, 0.95),
        latency_p99_ms=_ms(result.waits, 0.99),
        own_latency_p50_ms=_ms(result.own_waits, 0.5),
        own_latency_p95_ms=_ms(result.own_waits, 0.95),
        own_latency_p99_ms=_ms(result.own_waits, 0.99),
        storm_accept_p95_ratio=storms.ratio,
        storm_accept_p95_ms=storms.storm_ms,
        calm_accept_p95_ms=storms.calm_ms,
        storm_back_s=storms.back_s,
        students=config.load.students,
        over=config.load.over,
        accepted=len(accepted),
        accept_p95_ms=_ms(accepted, 0.95),
        messages=len(result.waits),
        messages_per_s=round(len(result.waits) / lasted, 1),
        live_cpu_s=round(result.load.monitor.cpu.get("live-1", 0.0), 1),
        clients_cpu_s=round(result.clients_cpu, 1),
        closed_by_code=dict(result.codes),
        machine=provenance.machine(),
        commit=provenance.commit(),
        date=provenance.now(),
    )


def _ms(seconds: Sequence[float], share: float) -> float:
    return round(percentile(seconds, share) * 1000, 1)
