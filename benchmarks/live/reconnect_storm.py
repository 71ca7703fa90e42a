"""The effect of a reconnect storm on students who register meanwhile."""

import time
from dataclasses import dataclass, replace
from statistics import median

from benchmarks.live.client_pool import ClientPool
from benchmarks.load.generator import run_job
from benchmarks.site import Site
from benchmarks.surge.metrics import percentile
from benchmarks.surge.setup import PreparedRun, load_job
from benchmarks.terminal import log
from project.bus.idle import wait_until_idle

CONNECTIONS = 50
COMING_BACK_SECONDS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class StormFigures:
    """p95 of the accepting answers, in ms, of each calm window and of the storm after it, and how
    many seconds each storm took until every page was reconnected and up to date."""

    calm_ms: tuple[float, ...] = ()
    storm_ms: tuple[float, ...] = ()
    back_s: tuple[float, ...] = ()

    @property
    def ratio(self) -> float | None:
        """The median over the pairs; None where there was no storm."""
        pairs = zip(self.calm_ms, self.storm_ms, strict=True)
        ratios = [storm / calm for calm, storm in pairs if calm]
        return median(ratios) if ratios else None


def measure_storms(
    prepared: PreparedRun, clients: ClientPool, site: Site, *, pairs: int
) -> StormFigures:
    """Calm, storm, calm, storm … under the same small load; a part of the scripts for each. In a
    storm all connections are cut as the load begins, and reconnect like browsers."""
    clients.give_way()
    calm, storm, back = list[float](), list[float](), list[float]()
    for pair in range(pairs):
        calm.append(_accepted_p95(_part(prepared, 2 * pair, 2 * pairs), site))
        began = time.time()
        clients.cut()
        storm.append(_accepted_p95(_part(prepared, 2 * pair + 1, 2 * pairs), site))
        back.append(clients.wait_ready(within=COMING_BACK_SECONDS) - began)
        wait_until_idle()
        log(f"accept p95 {calm[-1]:.0f} ms, in the storm {storm[-1]:.0f} ms")
    return StormFigures(calm_ms=tuple(calm), storm_ms=tuple(storm), back_s=tuple(back))


def _part(prepared: PreparedRun, number: int, parts: int) -> PreparedRun:
    """Scripts at equal distances, so that each part lasts as long as the whole. Nobody polls or
    drops: the windows end with their last request."""
    chosen = prepared.scripts[number::parts]
    scripts = tuple(replace(script, followed=False, drop_after=None) for script in chosen)
    return replace(prepared, scripts=scripts, tokens=prepared.tokens[number::parts])


def _accepted_p95(prepared: PreparedRun, site: Site) -> float:
    seen = run_job(load_job(prepared, site, connections=CONNECTIONS))
    wait_until_idle()
    took = [outcome["took"] for outcome in seen["outcomes"] if outcome["status"] == 202]
    return percentile(took, 0.95) * 1000
