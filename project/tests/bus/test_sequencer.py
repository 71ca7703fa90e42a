"""Positions: gapless, oldest first, and no event that commits late is skipped."""

from threading import Event as Signal

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from project.bus.runner import move_cursor
from project.bus.sequencer import (
    SequencedBatch,
    confirm,
    sequence_outbox,
    submissions_ahead,
    unconfirmed,
)
from project.bus.sql import fetch
from project.bus.store import append
from project.testing.db_threads import aside, somebody_waits_for_a_lock, until
from project.tests.bus.toy_domain import READER, TASKS, Replied, Requested, ask, give_up, record

pytestmark = pytest.mark.usefixtures("world")


def _line() -> list[tuple[int, int]]:
    return fetch("SELECT position, event_id FROM bus_position ORDER BY position")


def test_an_empty_outbox_sequences_nothing() -> None:
    assert sequence_outbox() == []
    assert _line() == []


def test_positions_follow_the_age_of_the_events_without_gap() -> None:
    ids = ask(3)
    sequence_outbox()
    ids += ask(2)
    sequence_outbox()
    assert _line() == list(enumerate(ids, start=1))
    assert fetch("SELECT * FROM bus_outbox") == []


def test_a_gap_in_the_ids_is_no_gap_in_the_positions() -> None:
    give_up(Requested(thing="lost"))
    (kept,) = ask(1)
    sequence_outbox()
    assert kept == 2
    assert _line() == [(1, 2)]


def test_a_event_that_committed_late_is_not_skipped() -> None:
    stored, may_commit = Signal(), Signal()

    def slow() -> None:
        with transaction.atomic():
            append([Requested(thing="slow")])
            stored.set()
            may_commit.wait(20)

    with aside(slow):
        stored.wait(20)
        (quick,) = record(Requested(thing="quick"))
        sequence_outbox()
        assert quick == 2
        assert _line() == [(1, 2)]
        may_commit.set()
    # The control: who reads "everything after the last id" never sees event 1.
    assert fetch("SELECT id FROM bus_event WHERE id > 2") == []
    sequence_outbox()
    assert _line() == [(1, 2), (2, 1)]


def test_two_sequencers_at_once_cannot_both_succeed() -> None:
    """The relay's lock lets one lead; were it gone, the primary key would still hold."""
    ask(1)
    sequenced, may_commit = Signal(), Signal()

    def slow() -> None:
        with transaction.atomic():
            sequence_outbox()
            sequenced.set()
            may_commit.wait(20)

    with aside(slow):
        sequenced.wait(20)
        with aside(sequence_outbox) as second:
            until(somebody_waits_for_a_lock)
            may_commit.set()
    assert isinstance(second.exception(), IntegrityError)
    assert _line() == [(1, 1)]


def test_a_surge_is_cut_into_batches_of_the_set_size(settings: Settings) -> None:
    settings.BATCH_SIZE = 3
    ask(7)
    sequence_outbox()
    rows = fetch("SELECT id, flow, size, step, finished FROM bus_batch ORDER BY id")
    assert rows == [
        (1, "requested", 3, "sample.first", []),
        (2, "requested", 3, "sample.first", []),
        (3, "requested", 1, "sample.first", []),
    ]
    assert fetch("SELECT batch_id, count(*) FROM bus_position GROUP BY 1 ORDER BY 1") == [
        (1, 3), (2, 3), (3, 1),
    ]  # fmt: skip


def test_events_that_start_nothing_have_a_position_but_no_chain() -> None:
    record(Replied(thing="a"))
    record(Requested(thing="b"))
    assert sequence_outbox() == [
        SequencedBatch(batch=1, steps=(), types=("sample.replied.v1",)),
        SequencedBatch(batch=2, steps=TASKS, types=("sample.requested.v1",)),
    ]
    rows = fetch("SELECT id, flow, steps, step FROM bus_batch ORDER BY id")
    assert rows == [(1, "", [], None), (2, "requested", list(TASKS), "sample.first")]


def test_a_batch_is_owed_until_the_broker_has_it() -> None:
    ask(1)
    (one,) = sequence_outbox()
    assert unconfirmed() == [one]
    confirm([one.batch])
    assert unconfirmed() == []


def test_the_submissions_ahead_are_counted_and_end_with_the_decision() -> None:
    first, second = ask(2)
    assert [submissions_ahead(first), submissions_ahead(second)] == [0, 1]
    sequence_outbox()
    (third,) = ask(1)
    assert [submissions_ahead(one) for one in (first, second, third)] == [0, 1, 2]
    move_cursor("another", 3)
    assert [submissions_ahead(one) for one in (first, second, third)] == [0, 1, 2]
    move_cursor(READER.name, 1)
    assert [submissions_ahead(one) for one in (first, second, third)] == [None, 0, 1]


def test_what_no_cursor_decides_on_has_no_submissions_ahead() -> None:
    (event_id,) = record(Replied(thing="a"))
    assert submissions_ahead(event_id) is None
    sequence_outbox()
    assert submissions_ahead(event_id) is None
