"""The relay: one leads, nothing sequenced is forgotten, the broker may be away."""

from threading import Event as Signal

import pytest
from celery import current_app
from django.db import OperationalError
from kombu import Connection, Queue
from pytest_django import Settings

from project.bus.locks import try_become_leader
from project.bus.relay import Relay
from project.bus.sequencer import chains_in_flight, sequence_outbox, unconfirmed
from project.bus.sql import fetch, run
from project.testing.db_threads import aside, until
from project.tests.bus.broker_queues import take_all, tasks_in
from project.tests.bus.tcp_proxy import wire_to
from project.tests.bus.toy_domain import ask


def _is_led_by_another() -> bool:
    """Whether some connection to this database has the relay's lock, without taking it."""
    rows = fetch(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
        " AND l.classid::int8 = hashtext('relay')::int8 & 4294967295"
        " AND l.pid <> pg_backend_pid()"
    )
    return bool(rows[0][0])


@pytest.mark.usefixtures("world")
def test_only_one_leads_until_its_connection_ends() -> None:
    leads, may_go = Signal(), Signal()

    def first() -> bool:
        is_leader = try_become_leader("relay")
        leads.set()
        may_go.wait(20)
        return is_leader

    with aside(first) as other:
        leads.wait(20)
        assert not try_become_leader("relay")
        may_go.set()
    assert other.result() is True
    until(lambda: try_become_leader("relay"))


def test_a_second_relay_takes_over_when_the_first_ones_connection_is_cut(
    broker: Connection,
) -> None:
    first, second = Relay(), Relay()
    with aside(first._lead) as leading:
        until(_is_led_by_another)
        with aside(second._lead) as waiting:
            ask(1)
            until(lambda: bool(fetch("SELECT 1 FROM bus_batch WHERE confirmed_at IS NOT NULL")))
            _cut_the_leader()
            assert isinstance(leading.exception(20), OperationalError)
            ask(1)
            until(lambda: len(fetch("SELECT 1 FROM bus_batch WHERE confirmed_at > '1970-1-1'")) > 1)
            second._stop()
            assert waiting.exception(20) is None
    assert fetch("SELECT position FROM bus_position ORDER BY 1") == [(1,), (2,)]
    assert tasks_in(broker, "decide") == [("sample.first", [1]), ("sample.first", [2])]


def _cut_the_leader() -> None:
    run(
        "SELECT pg_terminate_backend(pid) FROM pg_locks l"
        " JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database()"
        " AND l.locktype = 'advisory' AND l.classid::int8 = hashtext('relay')::int8 & 4294967295"
    )


def test_what_the_last_leader_sequenced_and_did_not_publish_goes_first(broker: Connection) -> None:
    ask(1)
    sequence_outbox()
    ask(1)
    Relay().run_once()
    assert tasks_in(broker, "decide") == [("sample.first", [1]), ("sample.first", [2])]
    assert unconfirmed() == []


def test_with_the_broker_away_a_batch_stays_owed_and_is_sent_later(
    broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = current_app.conf.broker_url
    relay = Relay()
    ask(1)
    with wire_to(url) as wire:
        gone = wire.url
    monkeypatch.setattr(current_app.conf, "broker_url", gone)
    relay.run_once()
    assert [one.batch for one in unconfirmed()] == [1]
    monkeypatch.setattr(current_app.conf, "broker_url", url)
    relay.run_once()
    assert unconfirmed() == []
    assert tasks_in(broker, "decide") == [("sample.first", [1])]


def test_a_batch_whose_message_found_no_queue_stays_unconfirmed(broker: Connection) -> None:
    relay = Relay()
    ask(1)
    relay.run_once()
    take_all(broker, "decide")
    Queue("decide")(broker.default_channel).delete()
    ask(1)
    relay.run_once()
    assert [one.batch for one in unconfirmed()] == [2]
    relay.run_once()
    assert tasks_in(broker, "decide") == [("sample.first", [2])]


def test_the_relay_rests_while_enough_chains_are_under_way(
    broker: Connection, settings: Settings
) -> None:
    settings.CHAINS_IN_FLIGHT, settings.BATCH_SIZE = 2, 1
    relay = Relay()
    ask(2)
    relay.run_once()
    ask(1)
    relay.run_once()
    assert len(fetch("SELECT 1 FROM bus_outbox")) == 1
    run("UPDATE bus_batch SET step = NULL WHERE id = 1")
    relay.run_once()
    assert len(fetch("SELECT 1 FROM bus_outbox")) == 0


@pytest.mark.usefixtures("world")
def test_a_chain_that_stands_still_does_not_block_the_sequencer() -> None:
    ask(1)
    sequence_outbox()
    assert chains_in_flight() == 1
    run("UPDATE bus_batch SET sequenced_at = sequenced_at - interval '31 seconds'")
    assert chains_in_flight() == 0


def test_the_relay_waits_longer_the_more_there_was(broker: Connection, settings: Settings) -> None:
    relay = Relay()
    assert relay.run_once() == settings.POLL_QUIET_MS / 1000
    ask(settings.BATCH_SIZE)
    assert relay.run_once() == settings.POLL_BUSY_MS / 1000
