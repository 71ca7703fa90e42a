"""Appending: one transaction, one statement per type, versions without gap."""

from threading import Event as Signal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from project.bus.registry import bus
from project.bus.sql import fetch
from project.bus.store import append, load_events, load_flows
from project.testing.db_threads import aside, somebody_waits_for_a_lock, until
from project.tests.bus.toy_domain import NEWEST, Replied, Requested, ask, give_up, record

pytestmark = pytest.mark.usefixtures("world")


def _counts() -> tuple[int, ...]:
    return tuple(
        fetch(f"SELECT count(*) FROM {table}")[0][0]
        for table in ("bus_event", "bus_outbox", "sample_total")
    )


def test_appending_outside_a_transaction_raises_and_stores_nothing() -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        append([Requested(thing="a")])
    assert _counts() == (0, 0, 0)


def test_event_outbox_row_and_projection_come_together_or_not_at_all() -> None:
    give_up(Requested(thing="a"))
    assert _counts() == (0, 0, 0)
    record(Requested(thing="a"))
    assert _counts() == (1, 1, 1)


def test_nothing_to_append_asks_the_database_nothing() -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assert append([]) == []
    assert len(asked) == 0


def test_two_hundred_events_of_two_types_are_two_statements() -> None:
    record(Requested(thing="warm"), Replied(thing="warm"))
    events = [kind(thing=str(n)) for n in range(100) for kind in (Requested, Replied)]
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        append(events)
    assert len(asked) == 2


def test_ids_are_parallel_to_the_events_whatever_the_statements() -> None:
    events = [
        Replied(thing="b"),
        Requested(thing="a"),
        Requested(thing="a", amount=2),
        Replied(thing="c"),
    ]
    ids = record(*events)
    by_id = {one.id: one.event for one in load_events(ids)}
    assert [by_id[event_id] for event_id in ids] == events


def test_versions_count_up_in_each_stream_without_gap() -> None:
    record(Requested(thing="a"), Requested(thing="b"), Requested(thing="a"))
    record(Requested(thing="a"))
    rows = fetch("SELECT stream, version FROM bus_event ORDER BY stream, version")
    assert rows == [("thing:a", 1), ("thing:a", 2), ("thing:a", 3), ("thing:b", 1)]


def test_two_who_append_to_one_stream_at_once_never_write_one_version_twice() -> None:
    stored, may_commit = Signal(), Signal()

    def slow() -> None:
        with transaction.atomic():
            append([Requested(thing="a")])
            stored.set()
            may_commit.wait(20)

    with aside(slow):
        stored.wait(20)
        with aside(lambda: record(Requested(thing="a"))) as second:
            until(somebody_waits_for_a_lock)
            may_commit.set()
    assert isinstance(second.exception(), IntegrityError)
    assert fetch("SELECT version FROM bus_event") == [(1,)]


def test_a_projection_sees_events_of_one_stream_one_after_the_other() -> None:
    record(*(Requested(thing="a", amount=n) for n in (1, 2, 3)))
    assert fetch("SELECT thing, total FROM sample_total") == [("a", 6)]


def test_events_that_meet_in_a_row_are_written_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(bus.projections, Requested, [NEWEST])
    record(*(Requested(thing=thing, amount=n) for thing, n in (("a", 1), ("b", 2), ("c", 1))))
    assert fetch("SELECT id, thing FROM sample_read ORDER BY id") == [(1, "c"), (2, "b")]


def test_a_story_tells_root_position_and_what_followed_in_order() -> None:
    first, second = ask(2)
    with transaction.atomic():
        append(
            [Replied(thing="x"), Replied(thing="y"), Replied(thing="z")],
            flow_ids=[second, first, second],
        )
    events_seen = load_flows([second, first])
    assert list(events_seen) == [second, first]
    assert events_seen[second].trigger == Requested(thing="1")
    assert events_seen[second].events == [Replied(thing="x"), Replied(thing="z")]
    assert events_seen[second].find(Replied) == Replied(thing="x")
    assert events_seen[second].find(Requested) is None
    assert events_seen[first].position is None


def test_a_cause_that_nobody_knows_has_no_story() -> None:
    assert load_flows([10**9]) == {}
