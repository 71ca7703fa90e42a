"""One run of a surge, from the baseline to the last check."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.load.generator import run_job
from benchmarks.process_monitor import ProcessMonitor
from benchmarks.site import Site
from benchmarks.surge.baseline import Baseline, measure_baseline, measure_generator
from benchmarks.surge.results import LoadResult, RunResult, build_result
from benchmarks.surge.setup import PreparedRun, RunConfig, load_job
from benchmarks.terminal import log
from project.bus.idle import wait_until_idle
from project.bus.replay import replay_check
from project.invariants.runner import InvariantBreach, run_invariants

OVER_TIME, ALL_AT_ONCE = 400, 4000
"""The maximum of connections: for requests spread over time, and for all at once."""

Progress = Callable[[int], None]
"""Called with the number of requests answered so far."""


def connections_for(config: RunConfig) -> int:
    """How many connections the clients may open."""
    return min(config.students, OVER_TIME if config.over else ALL_AT_ONCE)


def measure(
    config: RunConfig, prepared: PreparedRun, site: Site, *, progress: Progress
) -> RunResult:
    """Baseline, the run itself, baseline again; then count and check."""
    before = _inserts_per_second(config, prepared, site)
    load = run_load(config, prepared, site, progress=progress)
    baseline = _baseline(config, prepared, site, before=before)
    log("Checking the invariants")
    broken = run_invariants(at_rest=True)
    log("Replaying every event")
    broken += _replay_differences()
    return build_result(config, prepared, load, broken, baseline=baseline)


def _baseline(
    config: RunConfig, prepared: PreparedRun, site: Site, *, before: float | None
) -> Baseline | None:
    after = _inserts_per_second(config, prepared, site)
    if before is None or after is None:
        return None
    inserts = median([before, after])
    alone = measure_generator(connections=connections_for(config), tokens=prepared.tokens)
    return Baseline(inserts_per_s=inserts, is_generator_bound=alone < 2 * inserts)


def _inserts_per_second(config: RunConfig, prepared: PreparedRun, site: Site) -> float | None:
    """The rate of the bare view beside the site; None if the site runs on another machine."""
    if "web-1" not in site.processes:
        log("No baseline: the site's processes do not run on this machine")
        return None
    log("Measuring the baseline")
    return measure_baseline(
        web=site.processes["web-1"],
        connections=connections_for(config),
        tokens=prepared.tokens,
    )


def _replay_differences() -> list[InvariantBreach]:
    return [
        InvariantBreach(
            invariant="replay equal byte for byte",
            row=f"{table.table}: is {table.live}, replayed {table.replayed}",
        )
        for table in replay_check().differences
    ]


def run_load(
    config: RunConfig, prepared: PreparedRun, site: Site, *, progress: Progress = lambda _: None
) -> LoadResult:
    """Send every request, wait until everything is processed, and fetch each final state."""
    job = load_job(prepared, site, connections=connections_for(config))
    log(f"{config.students} students begin")
    with ProcessMonitor(dict(site.processes)) as monitor:
        seen = run_job(job, progress=lambda so_far: progress(so_far["decided"]), monitor=monitor)
        log("Waiting until all is answered and at rest")
        wait_until_idle(log=log)
        idle_at = time.time()
    log("Asking what became of each request")
    final = _final_state(seen, prepared, site)
    return LoadResult(seen=seen, final=final, idle_at=idle_at, monitor=monitor)


def _final_state(seen: dict[str, Any], prepared: PreparedRun, site: Site) -> dict[str, Any]:
    wanted = [
        {"id": outcome["id"], "token": prepared.tokens[outcome["student"]]}
        for outcome in seen["outcomes"]
        if outcome["status"] == 202
    ]
    found: dict[str, Any] = run_job({"load": "final_state", **site.job, "registrations": wanted})
    return found
