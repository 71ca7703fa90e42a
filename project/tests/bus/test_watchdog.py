"""The watchdog: late batches are driven again, those that wait behind others are not."""

import pytest
from kombu import Connection

from project.bus.consumers import Consumer, register
from project.bus.runner import move_cursor, run_batch
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.bus.watchdog import redrive_late, wake_sleepers
from project.tests.bus.broker_queues import body, take_all, tasks_in
from project.tests.bus.toy_domain import TASKS, Requested, ask, first_step, work_on


@pytest.fixture
def three(broker: Connection) -> Connection:
    """Three published batches of one, all due."""
    for _ in range(3):
        ask(1)
        sequence_outbox()
    run(
        "UPDATE bus_batch SET confirmed_at = sequenced_at,"
        " due_at = clock_timestamp() - '1s'::interval"
    )
    return broker


def _at_step(batch: int, task: str | None) -> None:
    run("UPDATE bus_batch SET step = %s WHERE id = %s", [task, batch])


def _finished_first_now(batch: int) -> None:
    run(
        "UPDATE bus_batch SET finished[1] = clock_timestamp(), step = 'sample.second'"
        " WHERE id = %s",
        [batch],
    )


def _driven(broker: Connection) -> list[tuple[str, int]]:
    sent = [one for queue in ("decide", "capture", "announce") for one in take_all(broker, queue)]
    return [(one.headers["task"], body(one)[0][0]) for one in sent]


def test_what_stands_still_is_driven_again_from_its_step(three: Connection) -> None:
    _at_step(2, "sample.second")
    _at_step(3, None)
    run("UPDATE bus_batch SET due_at = clock_timestamp() + '1h'::interval WHERE id = 1")
    assert redrive_late() == 1
    (message,) = take_all(three, "capture")
    assert body(message)[0] == [2]
    assert [one["task"] for one in body(message)[2]["chain"]] == ["sample.third"]
    assert _driven(three) == []


def test_when_all_stand_still_all_are_driven_again(three: Connection) -> None:
    assert redrive_late() == 3
    assert _driven(three) == [("sample.first", 1), ("sample.first", 2), ("sample.first", 3)]


def test_the_overtaken_is_driven_again_although_the_step_is_busy(three: Connection) -> None:
    _finished_first_now(2)
    assert redrive_late() == 2
    assert [sent for sent in _driven(three) if sent[0] == "sample.first"] == [("sample.first", 1)]


def test_a_batch_that_waits_behind_others_is_left_alone(three: Connection) -> None:
    """Batch 1 has just passed the step: those behind it are slow, not lost."""
    _finished_first_now(1)
    run("UPDATE bus_batch SET due_at = clock_timestamp() + '1h'::interval WHERE id = 1")
    assert redrive_late() == 0
    assert _driven(three) == []


def test_before_it_is_due_nothing_is_late(three: Connection) -> None:
    run("UPDATE bus_batch SET due_at = clock_timestamp() + '10s'::interval")
    assert redrive_late() == 0


def test_what_was_never_published_is_the_relays_to_send(three: Connection) -> None:
    run("UPDATE bus_batch SET confirmed_at = NULL")
    assert redrive_late() == 0


def test_each_vain_drive_waits_longer_up_to_a_ceiling(three: Connection) -> None:
    waits = []
    for _ in range(8):
        redrive_late()
        waits.append(
            fetch("SELECT round(extract(epoch FROM due_at - clock_timestamp())) FROM bus_batch")[0][
                0
            ]
        )
        run("UPDATE bus_batch SET due_at = clock_timestamp() - '1s'::interval")
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]


def test_progress_ends_the_back_off(three: Connection) -> None:
    redrive_late()
    run_batch(first_step(work_on), batch=1, is_redelivered=False)
    assert fetch("SELECT attempts FROM bus_batch ORDER BY id") == [(0,), (1,), (1,)]


def test_a_sweep_drives_two_hundred_at_most(broker: Connection) -> None:
    run(
        "INSERT INTO bus_batch (id, flow, size, steps, step, attempts, finished, confirmed_at,"
        " due_at) SELECT n, 'requested', 1, %(steps)s, 'sample.first', 0, '{}', clock_timestamp(),"
        " '2020-01-01' FROM generate_series(1, 250) n",
        {"steps": list(TASKS)},
    )
    assert redrive_late() == 200
    assert sorted(one for _, one in _driven(broker)) == list(range(1, 201))


def _register_reader() -> None:
    register(
        Consumer(
            task="sample.reader",
            queue="catalogue",
            handler=work_on,
            cursor="r",
            events=(Requested,),
        )
    )


def test_a_reader_with_events_before_it_is_woken(three: Connection) -> None:
    _register_reader()
    run("UPDATE bus_batch SET sequenced_at = sequenced_at - interval '6 seconds'")
    move_cursor("r", 2)
    assert wake_sleepers() == ["sample.reader"]
    assert tasks_in(three, "catalogue") == [("sample.reader", [None])]


def test_a_reader_that_has_caught_up_may_sleep(three: Connection) -> None:
    _register_reader()
    run("UPDATE bus_batch SET sequenced_at = sequenced_at - interval '6 seconds'")
    move_cursor("r", 3)
    assert wake_sleepers() == []


def test_a_reader_gets_a_moment_to_come_by_itself(three: Connection) -> None:
    _register_reader()
    assert wake_sleepers() == []


def test_a_reader_is_woken_for_a_retry(three: Connection) -> None:
    _register_reader()
    move_cursor("r", 3)
    run(
        "INSERT INTO bus_dead_letter (task, flow_id, error, traceback)"
        " VALUES ('sample.reader', 1, '', '')"
    )
    assert wake_sleepers() == []
    run("UPDATE bus_dead_letter SET retry_at = clock_timestamp()")
    assert wake_sleepers() == ["sample.reader"]
