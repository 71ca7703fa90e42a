"""A cursor: one writer, always forward, past items that fail."""

from collections.abc import Callable, Sequence
from threading import Event as Signal

import pytest
from django.db import transaction

from project.bus import locks
from project.bus.consumers import Consumer, Handler
from project.bus.dead_letters import ask_retry
from project.bus.runner import move_cursor, run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch
from project.bus.store import append
from project.testing.db_threads import aside, somebody_waits_for_a_lock, until
from project.tests.bus.toy_domain import (
    Died,
    Poisoned,
    Replied,
    Requested,
    ask,
    batch_of,
    done,
    note_done,
    record,
    work_on,
)

pytestmark = pytest.mark.usefixtures("world")


def _reader(handler: Handler, *, window: int = 400) -> Consumer:
    return Consumer(
        task="sample.first", queue="seats", handler=handler, cursor="here", events=(Requested,),
        window=window,
    )  # fmt: skip


def _position() -> int:
    rows = fetch("SELECT position FROM bus_cursor WHERE name = 'here'")
    return int(rows[0][0]) if rows else 0


def test_a_reader_takes_everything_after_its_cursor_in_order_of_position() -> None:
    _, flow_ids = batch_of(5)
    run_cursor(_reader(work_on), is_redelivered=False)
    _, more = batch_of(3)
    run_cursor(_reader(work_on), is_redelivered=False)
    run_cursor(_reader(work_on), is_redelivered=False)
    assert done() == flow_ids + more
    assert _position() == 8


@pytest.mark.parametrize("window", [1, 400])
def test_the_position_decides_not_the_order_of_the_ids(window: int) -> None:
    stored, may_commit = Signal(), Signal()

    def slow() -> None:
        with transaction.atomic():
            append([Requested(thing="slow")])
            stored.set()
            may_commit.wait(20)

    with aside(slow):
        stored.wait(20)
        batch_of(1)
        may_commit.set()
    sequence_outbox()
    run_cursor(_reader(work_on, window=window), is_redelivered=False)
    assert done() == [2, 1]


def test_what_it_does_not_read_is_passed() -> None:
    record(Replied(thing="a"))
    (mine,) = ask(1)
    record(Replied(thing="b"))
    sequence_outbox()
    run_cursor(_reader(work_on), is_redelivered=False)
    assert done() == [mine]
    assert _position() == 3


def test_many_events_are_taken_window_by_window_each_in_a_transaction_of_its_own() -> None:
    sizes: list[int] = []

    def count(some: Sequence[int]) -> None:
        sizes.append(len(some))
        work_on(some)

    _, flow_ids = batch_of(25)
    run_cursor(_reader(count, window=10), is_redelivered=False)
    assert sizes == [10, 10, 5]
    assert done() == flow_ids


def test_effects_and_cursor_are_one_transaction() -> None:
    _, flow_ids = batch_of(25)
    with pytest.raises(Died):
        run_cursor(_reader(Poisoned(flow_ids[14], error=Died()), window=10), is_redelivered=False)
    assert done() == flow_ids[:10]
    assert _position() == 10


def test_a_cursor_never_goes_back() -> None:
    move_cursor("here", 5)
    move_cursor("here", 3)
    assert _position() == 5


def _two_writers(meet: Callable[[Signal], None]) -> list[int]:
    """Two run the reader at once; the first is let go once `meet` has seen the second."""
    batch_of(3)
    inside, second_inside, may_end = Signal(), Signal(), Signal()

    def first(some: Sequence[int]) -> None:
        inside.set()
        may_end.wait(20)
        work_on(some)

    def second(some: Sequence[int]) -> None:
        second_inside.set()
        work_on(some)

    with aside(lambda: run_cursor(_reader(first), is_redelivered=False)):
        inside.wait(20)
        with aside(lambda: run_cursor(_reader(second), is_redelivered=False)):
            meet(second_inside)
            may_end.set()
    return done()


def test_of_two_writers_one_waits_and_finds_nothing_left() -> None:
    assert _two_writers(lambda _: until(somebody_waits_for_a_lock)) == [1, 2, 3]


def test_control_without_the_lock_two_writers_do_everything_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "acquire_work_lock", lambda *_: None)
    both = _two_writers(lambda second: until(second.is_set))
    assert sorted(both) == [1, 1, 2, 2, 3, 3]


def test_the_cursor_passes_poison_which_becomes_a_dead_letter() -> None:
    _, flow_ids = batch_of(20)
    bad = flow_ids[7]
    run_cursor(_reader(Poisoned(bad)), is_redelivered=False)
    assert done() == [flow_id for flow_id in flow_ids if flow_id != bad]
    assert fetch("SELECT task, flow_id FROM bus_dead_letter") == [("sample.first", bad)]
    assert _position() == 20


def test_a_dead_letter_is_retried_alone_and_the_cursor_stays() -> None:
    _, flow_ids = batch_of(20)
    run_cursor(_reader(Poisoned(flow_ids[7])), is_redelivered=False)
    ((dead_letters,),) = fetch("SELECT id FROM bus_dead_letter")
    run_cursor(_reader(work_on), is_redelivered=False)
    assert flow_ids[7] not in done(), "nobody asked for it yet"
    ask_retry(dead_letter_ids=[dead_letters])
    run_cursor(_reader(work_on), is_redelivered=False)
    assert done()[-1] == flow_ids[7]
    assert len(done()) == 20
    assert fetch("SELECT 1 FROM bus_dead_letter WHERE resolved_at IS NULL") == []
    assert _position() == 20


def test_after_a_redelivery_items_go_one_by_one_and_a_deadly_one_becomes_a_dead_letter_alone() -> (
    None
):
    _, flow_ids = batch_of(6)
    deadly = flow_ids[2]
    reader = _reader(Poisoned(deadly, error=Died()))
    for is_redelivered in (False, True, True):
        with pytest.raises(Died):
            run_cursor(reader, is_redelivered=is_redelivered)
    assert done() == flow_ids[:2]
    run_cursor(reader, is_redelivered=True)
    assert done() == [flow_id for flow_id in flow_ids if flow_id != deadly]
    assert [row[0] for row in fetch("SELECT flow_id FROM bus_dead_letter")] == [deadly]
    assert fetch("SELECT * FROM bus_attempt") == []
    assert _position() == 6


def test_a_retry_that_kills_the_process_each_time_is_a_dead_letter_again() -> None:
    _, flow_ids = batch_of(1)
    run_cursor(_reader(Poisoned(flow_ids[0])), is_redelivered=False)
    ((dead_letters,),) = fetch("SELECT id FROM bus_dead_letter")
    assert ask_retry(dead_letter_ids=[dead_letters]) == 1
    deadly = _reader(Poisoned(flow_ids[0], error=Died()))
    for is_redelivered in (False, True, True):
        with pytest.raises(Died):
            run_cursor(deadly, is_redelivered=is_redelivered)
    run_cursor(deadly, is_redelivered=True)
    assert fetch("SELECT retry_at FROM bus_dead_letter WHERE resolved_at IS NULL") == [(None,)]


def test_readers_do_not_share_a_cursor_by_accident() -> None:
    _, flow_ids = batch_of(2)
    other = Consumer(
        task="sample.other", queue="seats", cursor="there", events=(Requested,),
        handler=lambda some: note_done("sample.other", some),
    )  # fmt: skip
    run_cursor(_reader(work_on), is_redelivered=False)
    run_cursor(other, is_redelivered=False)
    assert (done(), done("sample.other")) == (flow_ids, flow_ids)
