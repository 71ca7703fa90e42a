"""Running a batch: one bad item never stops the others, and nothing is done twice."""

from collections.abc import Sequence
from threading import Event as Signal

import pytest
from django.db import IntegrityError, OperationalError, connection

from project.bus.consumers import Consumer
from project.bus.dead_letters import ask_retry
from project.bus.runner import run_batch
from project.bus.sql import fetch, run
from project.testing.db_threads import aside, somebody_waits_for_a_lock, until
from project.tests.bus.toy_domain import (
    Died,
    Poisoned,
    batch_of,
    done,
    first_step,
    note_done,
    work_on,
)

pytestmark = pytest.mark.usefixtures("world")


def _step_of(batch: int) -> str | None:
    """The step it stands at; None when it is through."""
    ((step,),) = fetch("SELECT step FROM bus_batch WHERE id = %s", [batch])
    return None if step is None else str(step)


def _dead_letters() -> list[tuple[str, int, int, str]]:
    return fetch(
        "SELECT task, flow_id, batch_id, error FROM bus_dead_letter"
        " WHERE resolved_at IS NULL ORDER BY id"
    )


def test_a_batch_is_done_in_order_of_position_and_moves_on_one_step() -> None:
    batch, flow_ids = batch_of(5)
    run_batch(first_step(work_on), batch=batch, is_redelivered=False)
    assert done() == flow_ids
    assert _step_of(batch) == "sample.second"


def test_of_two_hundred_exactly_the_culprit_becomes_a_dead_letter_and_the_order_is_kept() -> None:
    batch, flow_ids = batch_of(200)
    bad = flow_ids[137]
    run_batch(first_step(Poisoned(bad)), batch=batch, is_redelivered=False)
    assert done() == [flow_id for flow_id in flow_ids if flow_id != bad]
    assert _dead_letters() == [("sample.first", bad, batch, "ValueError: cannot work on this one")]
    ((trace,),) = fetch("SELECT traceback FROM bus_dead_letter")
    assert "raise self.error" in trace
    assert _step_of(batch) == "sample.second"


def test_several_culprits_each_become_a_dead_letter() -> None:
    batch, flow_ids = batch_of(9)
    bad = {flow_ids[0], flow_ids[4], flow_ids[8]}
    run_batch(first_step(Poisoned(*bad)), batch=batch, is_redelivered=False)
    assert {row[1] for row in _dead_letters()} == bad
    assert done() == [flow_id for flow_id in flow_ids if flow_id not in bad]


def test_a_database_that_is_away_is_no_items_fault() -> None:
    batch, flow_ids = batch_of(3)
    away = first_step(Poisoned(flow_ids[1], error=OperationalError("away")))
    with pytest.raises(OperationalError):
        run_batch(away, batch=batch, is_redelivered=False)
    assert (done(), _dead_letters(), _step_of(batch)) == ([], [], "sample.first")


def test_effects_and_progress_are_one_transaction() -> None:
    batch, flow_ids = batch_of(3)
    with pytest.raises(Died):
        run_batch(
            first_step(Poisoned(flow_ids[2], error=Died())), batch=batch, is_redelivered=False
        )
    assert (done(), _step_of(batch)) == ([], "sample.first")


def test_late_items_keep_the_batch_at_its_step_and_are_due_soon() -> None:
    batch, flow_ids = batch_of(3)
    run_batch(first_step(lambda some: [flow_ids[1]]), batch=batch, is_redelivered=False)
    assert (_step_of(batch), _dead_letters()) == ("sample.first", [])
    assert _seconds_until_due(batch) < 2
    run_batch(first_step(work_on), batch=batch, is_redelivered=False)
    assert _step_of(batch) == "sample.second"


def test_the_chain_goes_on_for_the_others_and_late_items_still_come_back_soon() -> None:
    batch, flow_ids = batch_of(3)
    run_batch(first_step(lambda some: [flow_ids[1]]), batch=batch, is_redelivered=False)
    second = Consumer(task="sample.second", queue="capture", handler=lambda some: None)
    run_batch(second, batch=batch, is_redelivered=False)
    assert _step_of(batch) == "sample.first"
    assert _seconds_until_due(batch) < 2


def _seconds_until_due(batch: int) -> float:
    rows = fetch(
        "SELECT extract(epoch FROM due_at - clock_timestamp())::float FROM bus_batch WHERE id = %s",
        [batch],
    )
    return float(rows[0][0])


def test_a_batch_that_is_done_is_left_alone() -> None:
    batch, flow_ids = batch_of(2)
    for is_redelivered in (False, False, True):
        run_batch(first_step(work_on), batch=batch, is_redelivered=is_redelivered)
    assert done() == flow_ids


def test_a_forged_message_changes_nothing() -> None:
    batch, _ = batch_of(2)
    stranger = Consumer(task="sample.stranger", queue="decide", handler=work_on)
    run_batch(first_step(work_on), batch=batch + 1, is_redelivered=False)
    run_batch(stranger, batch=batch, is_redelivered=False)
    assert (done(), _step_of(batch)) == ([], "sample.first")


def test_one_batch_is_worked_on_by_one_at_a_time() -> None:
    batch, flow_ids = batch_of(2)
    inside, may_end = Signal(), Signal()

    def slow(some: Sequence[int]) -> None:
        work_on(some)
        inside.set()
        may_end.wait(20)

    def second(some: Sequence[int]) -> None:
        note_done("sample.first", [flow_id for flow_id in some if flow_id not in done()])

    with aside(lambda: run_batch(first_step(slow), batch=batch, is_redelivered=False)):
        inside.wait(20)
        again = first_step(second)
        with aside(lambda: run_batch(again, batch=batch, is_redelivered=False)):
            until(somebody_waits_for_a_lock)
            may_end.set()
    assert done() == flow_ids


def test_a_redelivered_batch_commits_item_by_item() -> None:
    batch, flow_ids = batch_of(3)
    with pytest.raises(Died):
        run_batch(first_step(Poisoned(flow_ids[2], error=Died())), batch=batch, is_redelivered=True)
    assert done() == flow_ids[:2]
    assert fetch("SELECT task, flow_id, attempts FROM bus_attempt") == [
        ("sample.first", flow_ids[2], 1)
    ]
    assert _step_of(batch) == "sample.first"


def test_an_item_that_kills_the_process_each_time_becomes_a_dead_letter_alone() -> None:
    batch, flow_ids = batch_of(5)
    deadly = flow_ids[2]

    def step(some: Sequence[int]) -> None:
        fresh = [flow_id for flow_id in some if flow_id not in done()]
        Poisoned(deadly, error=Died())(fresh)

    for is_redelivered in (False, True, True):
        with pytest.raises(Died):
            run_batch(first_step(step), batch=batch, is_redelivered=is_redelivered)
    run_batch(first_step(step), batch=batch, is_redelivered=True)
    assert done() == [flow_id for flow_id in flow_ids if flow_id != deadly]
    (dead_letters,) = _dead_letters()
    assert dead_letters[:3] == ("sample.first", deadly, batch)
    assert "died" in dead_letters[3]
    assert fetch("SELECT * FROM bus_attempt") == []
    assert _step_of(batch) == "sample.second"


def test_a_dead_letter_is_not_worked_on_again_by_itself() -> None:
    batch, flow_ids = batch_of(3)
    run_batch(first_step(Poisoned(flow_ids[1])), batch=batch, is_redelivered=False)
    run("UPDATE bus_batch SET step = steps[1]")
    run_batch(first_step(work_on), batch=batch, is_redelivered=False)
    assert done().count(flow_ids[1]) == 0
    assert len(_dead_letters()) == 1


def test_a_retry_goes_on_from_the_step_that_failed() -> None:
    batch, flow_ids = batch_of(3)
    second = Consumer(task="sample.second", queue="capture", handler=Poisoned(flow_ids[1]))
    run_batch(first_step(lambda some: None), batch=batch, is_redelivered=False)
    run_batch(second, batch=batch, is_redelivered=False)
    run("UPDATE bus_batch SET step = NULL")
    ((dead_letters,),) = fetch("SELECT id FROM bus_dead_letter")
    assert ask_retry(dead_letter_ids=[dead_letters]) == 1
    assert _step_of(batch) == "sample.second", "the watchdog drives it from here"
    assert _seconds_until_due(batch) <= 0
    mended = Consumer(task="sample.second", queue="capture", handler=work_on)
    run_batch(mended, batch=batch, is_redelivered=False)
    assert flow_ids[1] in done()
    assert _dead_letters() == []
    assert _step_of(batch) == "sample.third"


def test_a_retry_that_fails_again_is_a_dead_letter_again() -> None:
    batch, flow_ids = batch_of(3)
    poisoned = first_step(Poisoned(flow_ids[1]))
    run_batch(poisoned, batch=batch, is_redelivered=False)
    ((dead_letters,),) = fetch("SELECT id FROM bus_dead_letter")
    ask_retry(dead_letter_ids=[dead_letters])
    run_batch(poisoned, batch=batch, is_redelivered=False)
    assert fetch("SELECT id, retry_at, resolved_at FROM bus_dead_letter") == [
        (dead_letters, None, None)
    ]
    assert ask_retry(dead_letter_ids=[dead_letters, 10**6]) == 1


def test_what_is_resolved_is_not_tried_again() -> None:
    batch, flow_ids = batch_of(1)
    run_batch(first_step(Poisoned(flow_ids[0])), batch=batch, is_redelivered=False)
    ((dead_letters,),) = fetch("SELECT id FROM bus_dead_letter")
    ask_retry(dead_letter_ids=[dead_letters])
    run_batch(first_step(work_on), batch=batch, is_redelivered=False)
    assert ask_retry(dead_letter_ids=[dead_letters]) == 0


def test_a_connection_that_breaks_in_the_middle_leaves_nothing_behind() -> None:
    batch, _ = batch_of(2)

    def cut(some: Sequence[int]) -> None:
        work_on(some)
        ((backend,),) = fetch("SELECT pg_backend_pid()")
        with aside(lambda: run("SELECT pg_terminate_backend(%s)", [backend])):
            pass
        fetch("SELECT 1")

    with pytest.raises(OperationalError):
        run_batch(first_step(cut), batch=batch, is_redelivered=False)
    connection.close()
    assert (done(), _step_of(batch), _dead_letters()) == ([], "sample.first", [])


def test_a_retry_asked_for_while_the_batch_runs_is_not_taken_for_done() -> None:
    batch, flow_ids = batch_of(2)
    run_batch(first_step(Poisoned(flow_ids[1])), batch=batch, is_redelivered=False)
    ((dead_letters,),) = fetch("SELECT id FROM bus_dead_letter")
    run("UPDATE bus_batch SET step = steps[1]")

    def ask_meanwhile(some: Sequence[int]) -> None:
        with aside(lambda: run("UPDATE bus_dead_letter SET retry_at = clock_timestamp()")):
            pass

    run_batch(first_step(ask_meanwhile), batch=batch, is_redelivered=False)
    assert fetch("SELECT id FROM bus_dead_letter WHERE resolved_at IS NULL") == [(dead_letters,)]


def test_an_item_that_another_pool_was_quicker_with_is_tried_once_more() -> None:
    batch, flow_ids = batch_of(1)
    tries: list[int] = []

    def overtaken_once(some: Sequence[int]) -> None:
        tries.extend(some)
        if len(tries) == 1:
            raise IntegrityError("one_event_per_version")
        note_done("sample.first", some)

    run_batch(first_step(overtaken_once), batch=batch, is_redelivered=False)
    assert (done(), _dead_letters()) == (flow_ids, [])


def test_an_item_that_always_breaks_a_constraint_becomes_a_dead_letter() -> None:
    batch, flow_ids = batch_of(1)
    step = first_step(Poisoned(flow_ids[0], error=IntegrityError("always")))
    run_batch(step, batch=batch, is_redelivered=False)
    assert [row[1] for row in _dead_letters()] == flow_ids
