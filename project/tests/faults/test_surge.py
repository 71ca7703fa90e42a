"""Something breaks in the middle of a surge: nothing accepted is lost, nothing is done twice."""

import random
import time

import pytest

from project.bus.dispatch import send_chain
from project.bus.publisher import Publisher
from project.bus.sql import fetch
from project.testing.system import stores
from project.testing.system.processes import COMMANDS
from project.testing.system.running import System
from project.testing.system.surge import Surge
from project.testing.waiting import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
HANDOVER_SECONDS = 5


def test_all_queues_are_deleted(surge: Surge) -> None:
    with surge.under_way():
        stores.delete_queues()
    surge.end()


def test_redis_is_flushed(surge: Surge) -> None:
    with surge.under_way():
        stores.empty_redis()
    surge.end()


def test_every_connection_to_postgresql_is_cut(surge: Surge) -> None:
    with surge.under_way():
        assert _cut_connections() >= 5
    surge.end()


def _cut_connections() -> int:
    """Cut all connections to this database but our own."""
    rows = fetch(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return int(rows[0][0])


def test_the_active_seats_worker_dies_and_the_standby_takes_over(
    system: System, surge: Surge
) -> None:
    system.add(COMMANDS["seats"], instance=2).wait_ready()
    active = system.running["seats"]
    with surge.under_way():
        before = _seats_position()
        active.kill()
        began = time.monotonic()
        wait_until(lambda: _seats_position() > before, seconds=30, why=system.flow)
        handover = time.monotonic() - began
    assert system.wait_death(active) == -9
    print(f"hand-over of the seats took {handover:.2f} s")
    surge.end()
    assert handover < HANDOVER_SECONDS


def test_the_leading_relay_dies_and_another_leads(system: System, surge: Surge) -> None:
    leader = system.running["relay"]
    system.add(COMMANDS["relay"], instance=2)
    with surge.under_way():
        leader.kill()
        system.running["relay-2"].wait_ready()
    assert system.wait_death(leader) == -9
    surge.end()


def test_all_processes_die_at_once(system: System, surge: Surge) -> None:
    with surge.under_way():
        for process in system.running.values():
            process.kill()
        for process in system.running.values():
            assert system.wait_death(process) == -9
        assert len(system.restart_dead()) == len(system.running)
    surge.end()


def _seats_position() -> int:
    return int(fetch("SELECT position FROM bus_cursor WHERE name = 'seats'")[0][0])


def test_a_pool_stands_still_and_the_others_go_on(system: System, surge: Surge) -> None:
    payments = system.serving("authorise")
    with surge.under_way(), system.paused(payments):
        decided, waiting = _decided(), _waiting_for_money()
        wait_until(lambda: _decided() > decided, seconds=30, why=system.flow)
        authorised = _authorised()
        wait_until(lambda: _waiting_for_money() > waiting, seconds=30, why=system.flow)
        assert _authorised() == authorised
    surge.end()


def _decided() -> int:
    return _count("SELECT count(*) FROM bus_event WHERE type = 'modules.seats_decided.v1'")


def _authorised() -> int:
    return _count("SELECT count(*) FROM bus_event WHERE type = 'payments.authorised.v1'")


def _waiting_for_money() -> int:
    """Batches whose next step is to authorise."""
    return _count("SELECT count(*) FROM bus_batch WHERE step = 'payments.authorise'")


def _count(sql: str) -> int:
    return int(fetch(sql)[0][0])


def test_messages_come_twice_late_and_in_any_order(surge: Surge) -> None:
    draw = random.Random(1)
    with surge.under_way():
        _send_again(draw, "at the beginning")
    _send_again(draw, "at any step")
    surge.end()


def _send_again(draw: random.Random, where: str) -> None:
    """Every batch so far twice more, shuffled, from its first step or from any."""
    batches = fetch("SELECT id, steps FROM bus_batch WHERE flow <> ''") * 2
    draw.shuffle(batches)
    with Publisher() as publisher:
        for batch, steps in batches:
            first = 0 if where == "at the beginning" else draw.randrange(len(steps))
            send_chain(publisher, batch=batch, steps=steps[first:])
        publisher.confirm()
