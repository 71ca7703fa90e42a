"""What a reconnect storm does to those who register meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from project.live_bench.clients import Clients
from project.surge.counting import percentile
from project.surge.generator import play
from project.surge.resting import wait_for_rest
from project.surge.stage import Stage, crowd_job

CONNECTIONS = 50
COMING_BACK_SECONDS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Storms:
    """p95 of the accepting answers, in ms, of each calm window and of the storm after it, and how
    many seconds each storm took until everybody was back and told."""

    calm_ms: tuple[float, ...] = ()
    storm_ms: tuple[float, ...] = ()
    back_s: tuple[float, ...] = ()

    @property
    def ratio(self) -> float | None:
        """The median over the pairs; None where there was no storm."""
        pairs = zip(self.calm_ms, self.storm_ms, strict=True)
        ratios = [storm / calm for calm, storm in pairs if calm]
        return median(ratios) if ratios else None


def stormed(
    stage: Stage, clients: Clients, *, host: str, port: int, pairs: int, say: Callable[[str], None]
) -> Storms:
    """Calm, storm, calm, storm … under the same small load; a part of the stage's wishes for each.
    In a storm all connections are cut as the load begins, and come back like browsers."""
    clients.give_way()
    calm, storm, back = list[float](), list[float](), list[float]()
    for pair in range(pairs):
        calm.append(_accepted_p95(_part(stage, 2 * pair, 2 * pairs), host=host, port=port))
        began = time.time()
        clients.cut()
        storm.append(_accepted_p95(_part(stage, 2 * pair + 1, 2 * pairs), host=host, port=port))
        back.append(clients.wait_ready(within=COMING_BACK_SECONDS) - began)
        wait_for_rest()
        say(f"accept p95 {calm[-1]:.0f} ms, in the storm {storm[-1]:.0f} ms")
    return Storms(calm_ms=tuple(calm), storm_ms=tuple(storm), back_s=tuple(back))


def _part(stage: Stage, number: int, parts: int) -> Stage:
    """Wishes at equal distances, so that each part lasts as long as the whole. Nobody follows or
    drops: the windows end with their last request."""
    wishes = [replace(one, followed=False, drop_after=None) for one in stage.wishes[number::parts]]
    return replace(stage, wishes=tuple(wishes), tokens=stage.tokens[number::parts])


def _accepted_p95(stage: Stage, *, host: str, port: int) -> float:
    crowd = play(crowd_job(stage, host=host, port=port, connections=CONNECTIONS))
    wait_for_rest()
    took = [one["took"] for one in crowd["outcomes"] if one["status"] == 202]
    return percentile(took, 0.95) * 1000
