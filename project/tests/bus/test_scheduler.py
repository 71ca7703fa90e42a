"""Scheduler: periodic work runs once a period, however many schedulers there are."""

from collections.abc import Iterator
from functools import partial

import pytest
from kombu import Connection
from pytest_django import Settings

from project.bus import rebuilding, scheduler
from project.bus.registry import Job, Rebuild, bus
from project.bus.scheduler import MAINTENANCE, MaintenanceTask, claim, purge_old_job_runs, run_due
from project.bus.sql import fetch, run
from project.testing.db_threads import all_at_once
from project.tests.bus.broker_queues import tasks_in

_HUNDRED_YEARS = 3_000_000_000


@pytest.mark.usefixtures("world")
def test_of_eight_schedulers_exactly_one_claims_a_run() -> None:
    claims = all_at_once([partial(claim, name="sweep", every=_HUNDRED_YEARS)] * 8)
    assert sorted(claims, key=str) == [False] * 7 + [True]


@pytest.mark.usefixtures("world")
def test_the_next_slot_is_free_again_and_other_names_have_slots_of_their_own() -> None:
    assert claim(name="sweep", every=_HUNDRED_YEARS)
    assert claim(name="other", every=_HUNDRED_YEARS)
    run("UPDATE bus_job_run SET period = period - 1")
    assert claim(name="sweep", every=_HUNDRED_YEARS)


def test_two_schedulers_wake_a_job_once(
    broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(task="sample.job", queue="decide", every=_HUNDRED_YEARS)
    monkeypatch.setattr(bus, "jobs", [job])
    run_due()
    run_due()
    assert tasks_in(broker, "decide") == [("sample.job", [None])]


JOB = Job(task="sample.rebuild", queue="decide", every=_HUNDRED_YEARS)


@pytest.fixture
def rebuild(broker: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rebuild]:
    """A rebuild of keys in Redis, by a job that ran before."""
    made = Rebuild(name="sample numbers", run=list, job=JOB)
    monkeypatch.setattr(bus, "rebuilds", {made.name: made})
    yield made
    rebuilding.end_request(made.name)


def test_what_somebody_misses_is_made_again_at_once(rebuild: Rebuild, broker: Connection) -> None:
    run_due()
    assert tasks_in(broker, "decide") == []
    rebuilding.request(rebuild.name)
    run_due()
    assert tasks_in(broker, "decide") == [("sample.rebuild", [None])]


def test_it_is_made_once_in_ten_seconds_however_many_ask(
    rebuild: Rebuild, broker: Connection
) -> None:
    for _ in range(3):
        rebuilding.request(rebuild.name)
        run_due()
    assert len(tasks_in(broker, "decide")) == 1
    run("UPDATE bus_job_run SET period = period - 1 WHERE name = 'rebuild sample numbers'")
    run_due()
    assert len(tasks_in(broker, "decide")) == 1
    rebuilding.end_request(rebuild.name)
    run("UPDATE bus_job_run SET period = period - 1 WHERE name = 'rebuild sample numbers'")
    run_due()
    assert tasks_in(broker, "decide") == []


def test_a_job_that_is_due_anyway_is_sent_once(
    rebuild: Rebuild, broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus, "jobs", [JOB])
    rebuilding.request(rebuild.name)
    run_due()
    assert len(tasks_in(broker, "decide")) == 1


def test_a_scheduler_without_redis_does_all_the_rest(
    rebuild: Rebuild, broker: Connection, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    rebuilding.request(rebuild.name)
    run_due()
    claimed = {row[0] for row in fetch("SELECT name FROM bus_job_run")}
    assert claimed == {sweep.name for sweep in MAINTENANCE}


def test_a_scheduler_does_all_maintenance(broker: Connection) -> None:
    run_due()
    claimed = {row[0] for row in fetch("SELECT name FROM bus_job_run")}
    assert claimed == {sweep.name for sweep in MAINTENANCE}


@pytest.mark.usefixtures("world")
def test_old_claims_are_forgotten_and_the_latest_kept() -> None:
    run("INSERT INTO bus_job_run (name, period) SELECT 'sweep', n FROM generate_series(1, 5100) n")
    purge_old_job_runs()
    assert fetch("SELECT count(*), max(period) FROM bus_job_run") == [(5001, 5100)]


def test_a_sweep_with_a_bug_is_logged_and_the_others_are_done(
    broker: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def break_down() -> None:
        raise KeyError("a bug")

    sweeps = [
        MaintenanceTask(name="broken", every=_HUNDRED_YEARS, do=break_down),
        MaintenanceTask(name="sound", every=_HUNDRED_YEARS, do=lambda: done.append(True)),
    ]
    monkeypatch.setattr(scheduler, "MAINTENANCE", sweeps)
    run_due()
    assert done == [True]
    assert "task=broken failed" in caplog.text
