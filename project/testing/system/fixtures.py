"""`system` and `world` for tests; each test ends with no work left, every invariant and replay."""

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from project.bus.replay import replay_check
from project.invariants.runner import run_invariants
from project.testing import smtp_sink
from project.testing.system import servers, stores
from project.testing.system.running import System, base_environment
from project.testing.system.scenario import Day
from project.testing.system.slot import SLOT
from project.testing.system.students import BATCH_SIZE, CELL_STUDENTS, FAULT_STUDENTS
from project.testing.system.surge import Surge
from project.testing.system.world import World

_failed = pytest.StashKey[bool]()
# Tests that need the running system or a browser: `make test-fast` leaves them out.
SLOW_FIXTURES = {"warm_system": "system", "browser_thread": "browser"}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before anything runs (and before there are workers): the servers, and our vhost on the
    broker."""
    if not session.config.option.collectonly:
        servers.ensure_up()
        servers.ensure_vhost(SLOT.vhost)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark tests by the slow things they need."""
    for fixture, mark in SLOW_FIXTURES.items():
        if fixture in getattr(item, "fixturenames", ()):
            item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Record a failure where fixtures find it: what a failed test leaves behind proves nothing."""
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.fixture(scope="session")
def mailbox() -> Iterator[smtp_sink.Sink]:
    """Receives all emails of the run."""
    kept = smtp_sink.Sink()
    with smtp_sink.served(kept):
        yield kept


@pytest.fixture(scope="session")
def warm_system(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    mailbox: smtp_sink.Sink,
) -> Iterator[System]:
    """Every process, started once per worker; tests take `system`."""
    folder = tmp_path_factory.mktemp("processes")
    with django_db_blocker.unblock(), stores.database() as database:
        system = System(environment=_environment(database, mailbox, folder), folder=folder)
        try:
            with on_stores_of(system):
                stores.delete_queues()
                system.start()
            yield system
        finally:
            system.stop()


def _environment(database: str, mailbox: smtp_sink.Sink, folder: Path) -> dict[str, str]:
    (folder / "crash").mkdir()
    vhost = f"{SLOT.vhost}-system"
    servers.ensure_vhost(vhost)
    return base_environment() | {
        "TEST_DATABASE": database,
        "TEST_VHOST": vhost,
        "CRASH_DIR": str(folder / "crash"),
        "EMAIL_PORT": str(mailbox.port),
        "BATCH_SIZE": str(BATCH_SIZE),
    }


def on_stores_of(system: System) -> AbstractContextManager[None]:
    """Move this process to the system's database and broker."""
    return stores.on(
        database=system.environment["TEST_DATABASE"],
        broker=servers.broker_address(system.environment["TEST_VHOST"]),
    )


@pytest.fixture
def system(
    warm_system: System, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Iterator[System]:
    """The running system with empty stores. The test ends when all its work is done, every
    invariant holds and replay gives the same rows; after a failed test the system starts afresh."""
    with django_db_blocker.unblock(), on_stores_of(warm_system):
        stores.empty_database()
        stores.empty_redis()
        yield warm_system
        warm_system.mend()
        if request.node.stash.get(_failed, False):
            warm_system.begin_anew()
        else:
            warm_system.drain()
            prove_all()


def prove_all() -> None:
    """Check every invariant, and replay."""
    assert run_invariants(at_rest=True) == []
    assert replay_check().differences == ()


@pytest.fixture
def world(system: System) -> World:
    """A term whose window is open."""
    world = World(system=system)
    world.begin()
    return world


@pytest.fixture
def day(world: World) -> Day:
    """A small registration day that has begun."""
    day = Day(world=world, students=world.students(CELL_STUDENTS))
    day.begin()
    return day


@pytest.fixture
def surge(world: World) -> Surge:
    """A surge whose students have not submitted yet."""
    surge = Surge(world=world, size=FAULT_STUDENTS)
    surge.prepare()
    return surge
