"""Beat: what comes back runs once a slot, however many beats there are."""

from collections.abc import Iterator
from functools import partial

import pytest
from kombu import Connection
from pytest_django import Settings

from project.bus import beat, rebuilding
from project.bus.beat import SWEEPS, Sweep, beat_once, claim, forget_old_slots
from project.bus.registry import Job, Rebuild, bus
from project.bus.sql import fetch, run
from project.bus.tests.letters import tasks_in
from project.bus.tests.threads import all_at_once

_HUNDRED_YEARS = 3_000_000_000


@pytest.mark.usefixtures("world")
def test_of_eight_beats_exactly_one_claims_a_slot() -> None:
    claims = all_at_once([partial(claim, name="sweep", every=_HUNDRED_YEARS)] * 8)
    assert sorted(claims, key=str) == [False] * 7 + [True]


@pytest.mark.usefixtures("world")
def test_the_next_slot_is_free_again_and_other_names_have_slots_of_their_own() -> None:
    assert claim(name="sweep", every=_HUNDRED_YEARS)
    assert claim(name="other", every=_HUNDRED_YEARS)
    run("UPDATE bus_slot SET slot = slot - 1")
    assert claim(name="sweep", every=_HUNDRED_YEARS)


def test_two_beats_wake_a_job_once(broker: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job(task="sample.job", queue="settle", every=_HUNDRED_YEARS)
    monkeypatch.setattr(bus, "jobs", [job])
    beat_once()
    beat_once()
    assert tasks_in(broker, "settle") == [("sample.job", [None])]


JOB = Job(task="sample.rebuild", queue="settle", every=_HUNDRED_YEARS)


@pytest.fixture
def rebuild(broker: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rebuild]:
    """Something in Redis that can be made again, by a job that was done in its time."""
    made = Rebuild(name="sample numbers", run=list, job=JOB)
    monkeypatch.setattr(bus, "rebuilds", {made.name: made})
    yield made
    rebuilding.end_request(made.name)


def test_what_somebody_misses_is_made_again_at_once(rebuild: Rebuild, broker: Connection) -> None:
    beat_once()
    assert tasks_in(broker, "settle") == []
    rebuilding.request(rebuild.name)
    beat_once()
    assert tasks_in(broker, "settle") == [("sample.rebuild", [None])]


def test_it_is_made_once_in_ten_seconds_however_many_ask(
    rebuild: Rebuild, broker: Connection
) -> None:
    for _ in range(3):
        rebuilding.request(rebuild.name)
        beat_once()
    assert len(tasks_in(broker, "settle")) == 1
    run("UPDATE bus_slot SET slot = slot - 1 WHERE name = 'rebuild sample numbers'")
    beat_once()
    assert len(tasks_in(broker, "settle")) == 1
    rebuilding.end_request(rebuild.name)
    run("UPDATE bus_slot SET slot = slot - 1 WHERE name = 'rebuild sample numbers'")
    beat_once()
    assert tasks_in(broker, "settle") == []


def test_a_job_that_is_due_anyway_is_sent_once(
    rebuild: Rebuild, broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus, "jobs", [JOB])
    rebuilding.request(rebuild.name)
    beat_once()
    assert len(tasks_in(broker, "settle")) == 1


def test_a_beat_without_redis_does_all_the_rest(
    rebuild: Rebuild, broker: Connection, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    rebuilding.request(rebuild.name)
    beat_once()
    claimed = {row[0] for row in fetch("SELECT name FROM bus_slot")}
    assert claimed == {sweep.name for sweep in SWEEPS}


def test_a_beat_does_every_sweep(broker: Connection) -> None:
    beat_once()
    claimed = {row[0] for row in fetch("SELECT name FROM bus_slot")}
    assert claimed == {sweep.name for sweep in SWEEPS}


@pytest.mark.usefixtures("world")
def test_old_claims_are_forgotten_and_the_latest_kept() -> None:
    run("INSERT INTO bus_slot (name, slot) SELECT 'sweep', n FROM generate_series(1, 5100) n")
    forget_old_slots()
    assert fetch("SELECT count(*), max(slot) FROM bus_slot") == [(5001, 5100)]


def test_a_sweep_with_a_bug_is_logged_and_the_others_are_done(
    broker: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def break_down() -> None:
        raise KeyError("a bug")

    sweeps = [
        Sweep(name="broken", every=_HUNDRED_YEARS, do=break_down),
        Sweep(name="sound", every=_HUNDRED_YEARS, do=lambda: done.append(True)),
    ]
    monkeypatch.setattr(beat, "SWEEPS", sweeps)
    beat_once()
    assert done == [True]
    assert "sweep=broken failed" in caplog.text
