"""The benchmark of open pages: how it counts, and a small run of it against real processes."""

import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from math import inf
from pathlib import Path

import pytest

from benchmarks.errors import BenchmarkFailed
from benchmarks.live.config import LiveConfig, LiveServer, find_live, require_files
from benchmarks.live.delivery import Expected, Received, count_delivery, expected_from
from benchmarks.live.measurement import LiveResult, measure
from benchmarks.live.reconnect_storm import StormFigures
from benchmarks.live.watch_plan import plan_pages
from benchmarks.site import Site
from benchmarks.surge.scenario import StudentScript
from benchmarks.surge.section_pool import PooledSection
from benchmarks.surge.setup import RunConfig
from project.ops.redis import client
from project.testing.ports import HOST
from project.testing.system.live import live_running
from project.testing.system.running import System
from project.testing.waiting import wait_until

EXPECTED = Expected(seats={1: (0, 3), 2: (5, 0)}, moved={7: {"a": 10.0}})
PAGE = Received(
    student=7,
    watched=frozenset({1, 9}),
    seats={1: (0, 3), 9: (4, 0)},
    moved={"a": 10.0},
)
KEYS = {
    "connections", "opened_s", "live_rss_mb", "delivered", "missing", "latency_p50_ms",
    "latency_p95_ms", "latency_p99_ms", "storm_accept_p95_ratio",
}  # fmt: skip


def test_what_is_due_is_what_a_page_watches_and_what_is_its_students() -> None:
    count = count_delivery(
        [PAGE, replace(PAGE, student=8, watched=frozenset({2}), seats={2: (5, 0)})], EXPECTED
    )
    assert (count.delivered, count.missing) == (3, 0)


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (replace(PAGE, seats={}), "a page received None"),
        (replace(PAGE, seats={1: (0, 2)}), "a page received (0, 2)"),
        (replace(PAGE, moved={}), "registration a"),
        (replace(PAGE, moved={"a": 9.9}), "registration a"),
    ],
)
def test_updates_that_did_not_arrive_or_not_the_last_are_missing(
    received: Received, words: str
) -> None:
    count = count_delivery([received], EXPECTED)
    assert (count.delivered, count.missing) == (1, 1)
    assert words in count.examples[0]


def test_due_are_changes_and_every_accepted_registration() -> None:
    expected = expected_from(
        before={1: (1, 0), 2: (3, 0)},
        after={1: (0, 0), 2: (3, 0)},
        accepted=[(7, "a"), (7, "b"), (8, "c")],
        published={"a": 1.5, "c": 2.5, "x": 3.5},
    )
    assert expected == Expected(seats={1: (0, 0)}, moved={7: {"a": 1.5, "b": inf}, 8: {"c": 2.5}})


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    assert StormFigures(calm_ms=(10, 10, 20), storm_ms=(11, 30, 22)).ratio == pytest.approx(1.1)
    assert StormFigures().ratio is None


def test_pages_are_shared_among_students_and_never_more_than_one_may_open() -> None:
    pool = [
        PooledSection(id=n, module=f"M{n}", credit_quarters=4, seats=n, weight=1) for n in range(5)
    ]
    scripts = [
        StudentScript(
            student=n, at=0, sections=(1, 2), mode="any", on_full="waitlist", kind="allowed",
            transcript=(), credit_quarters=4, followed=False, drop_after=None,
        )
        for n in range(3)
    ]  # fmt: skip
    pages = plan_pages(scripts, pool, connections=60, seed=1)
    assert [sum(page.student == n for page in pages) for n in range(3)] == [20, 20, 20]
    assert all({1, 2} <= set(page.watched) <= {1, 2, 3, 4} for page in pages)
    with pytest.raises(BenchmarkFailed, match="61 pages need 4 students"):
        plan_pages(scripts, pool, connections=61, seed=1)


def test_it_says_what_is_not_there() -> None:
    with pytest.raises(BenchmarkFailed, match="live does not run"):
        find_live(Site(host=HOST, port=1, processes={"web-1": 1}))


@pytest.fixture(autouse=True)
def nobody_lingers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable polling for eight seconds, and later drops."""
    monkeypatch.setattr("benchmarks.surge.scenario.FOLLOWED", 0)
    monkeypatch.setattr("benchmarks.surge.scenario.DROPPING", 0)


@pytest.fixture
def live(system: System, tmp_path: Path) -> Iterator[LiveServer]:
    with live_running(tmp_path) as (address, process):
        yield LiveServer(address=address, pid=process.pid)


def run_of(system: System, live: LiveServer, **more: object) -> LiveResult:
    site = Site(
        host=HOST,
        port=int(system.web().rpartition(":")[2]),
        processes={"web-1": system.running["web"].pid, "live-1": live.pid or 0},
    )
    config = LiveConfig(
        connections=50, load=RunConfig(students=25, over=2, seed=3, name="LIVE"),
        storms=0, rate=8, window=3, opened_within=30,
    )  # fmt: skip
    return measure(replace(config, **more), site, live)  # type: ignore[arg-type]


def test_fifty_pages_receive_every_update_and_reconnect_after_a_storm(
    system: System, live: LiveServer
) -> None:
    result = run_of(system, live, storms=1)
    figures = asdict(result.figures)
    assert figures.keys() >= KEYS
    assert (result.count.examples, figures["missing"]) == ((), 0)
    assert figures["delivered"] > 50
    assert figures["messages"] > 50
    assert 0 < figures["latency_p50_ms"] <= figures["latency_p95_ms"] <= figures["latency_p99_ms"]
    assert figures["storm_accept_p95_ratio"] > 0
    assert 0.5 < figures["storm_back_s"][0] < 15
    assert 20 < figures["live_rss_mb"] < 300
    many = LiveConfig(connections=10**6, load=RunConfig(students=1, over=1, seed=1))
    with pytest.raises(BenchmarkFailed, match="live may open"):
        require_files(many, live)


def subscriptions() -> set[int]:
    number = str(client().connection_pool.connection_kwargs["db"])
    clients = client().client_list()
    return {int(one["id"]) for one in clients if one["db"] == number and one["sub"] != "0"}


def test_what_a_cut_subscription_swallowed_is_missing(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, was_cut, of_others = threading.Event(), threading.Event(), subscriptions()

    def cut_often() -> None:
        while not over.wait(0.1):
            for one in subscriptions() - of_others:
                client().client_kill_filter(_id=str(one))
                was_cut.set()

    cutter = threading.Thread(target=cut_often)

    def log(line: str) -> None:
        if line.endswith("students begin"):
            of_others.update(subscriptions() - of_live)  # the benchmark's own
            cutter.start()
            assert was_cut.wait(10)
        elif line.startswith("Asking"):
            over.set()

    monkeypatch.setattr("benchmarks.surge.run.log", log)
    with live_running(tmp_path) as (address, process):
        wait_until(lambda: subscriptions() - of_others, seconds=10, why=subscriptions)
        of_live = subscriptions() - of_others
        try:
            result = run_of(system, LiveServer(address=address, pid=process.pid))
        finally:
            over.set()
            cutter.join()
    assert result.count.missing > 0
    assert any("registration" in one for one in result.count.examples)
