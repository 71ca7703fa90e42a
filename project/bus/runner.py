"""Run a work for a batch, or from a cursor on; count what kills its process."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import connection, transaction

from project.bus import attempts, locks
from project.bus.batches import Load, load_batch, mark_passed, mark_progress
from project.bus.bisection import Bisection
from project.bus.consumers import CONSUMERS, Consumer
from project.bus.dead_letters import (
    dead_letter_flows,
    defer,
    flows_to_retry,
    resolve,
    store_dead_letter,
)
from project.bus.sql import fetch, run
from project.ops.faultpoints import crash_point


def run_batch(consumer: Consumer, *, batch: int, is_redelivered: bool) -> None:
    """Do one batch in one transaction; a redelivered one item by item, each noted first.

    A batch that is done already is left alone, unless items of it are to be tried again.
    """
    load = load_batch(batch=batch, task=consumer.task)
    if load is None or (load.is_done and not flows_to_retry(tasks=consumer.tasks)):
        return
    if is_redelivered:
        _run_singly(consumer, load)
    else:
        _run_together(consumer, load)


def _run_together(consumer: Consumer, load: Load) -> None:
    crash_point(f"{consumer.task}.before")
    with transaction.atomic():
        locks.hold_to_work(consumer.task, load.batch)
        late = _do_open(consumer, load.flow_ids)
        mark_progress(batch=load.batch, task=consumer.task, has_late=bool(late))
        crash_point(f"{consumer.task}.uncommitted")
    crash_point(f"{consumer.task}.committed")


def _run_singly(consumer: Consumer, load: Load) -> None:
    late = [
        flow_id
        for flow_id in load.flow_ids
        if _attempt_allowed(consumer, flow_id) and _do_one(consumer, load, flow_id)
    ]
    with transaction.atomic():
        locks.acquire_transaction_lock(consumer.task, load.batch)
        mark_progress(batch=load.batch, task=consumer.task, has_late=bool(late))
    crash_point(f"{consumer.task}.committed")


def _do_one(consumer: Consumer, load: Load, flow_id: int) -> list[int]:
    crash_point(f"{consumer.task}.before")
    with transaction.atomic():
        locks.hold_to_work(consumer.task, load.batch)
        late = _do_open(consumer, [flow_id])
        attempts.forget(task=consumer.task, flow_ids=[flow_id])
        crash_point(f"{consumer.task}.uncommitted")
    return late


def _attempt_allowed(consumer: Consumer, flow_id: int) -> bool:
    """Note the try in a transaction of its own; store as dead letter what has killed its process
    before."""
    with transaction.atomic():
        if attempts.note(task=consumer.task, flow_id=flow_id) <= attempts.MAX_FATAL_ATTEMPTS:
            return True
        died = "the process died each time it was worked on"
        store_dead_letter(task=_task_for(consumer, flow_id), flow_id=flow_id, error=died)
        attempts.forget(task=consumer.task, flow_ids=[flow_id])
        return False


def _do_open(
    consumer: Consumer, flow_ids: Sequence[int], held_up: set[Any] | None = None
) -> list[int]:
    """Do what is not stored as a dead letter, and note what went through after having been.
    Returns the late. Who does one list in several calls hands the same `held_up` on."""
    dead_letters = dead_letter_flows(tasks=consumer.tasks, flow_ids=flow_ids)
    again = [flow_id for flow_id in flow_ids if dead_letters.get(flow_id)]
    held_up = set() if held_up is None else held_up
    halving = Bisection(consumer, name=partial(_task_for, consumer), held_up=held_up)
    if again:
        # What had to wait before may be held still; the others need not wait with it.
        locks.wait_at_most(locks.BRIEF_MS)
        halving.do(again)
        locks.wait_at_most(locks.PATIENT_MS)
    halving.do([flow_id for flow_id in flow_ids if flow_id not in dead_letters])
    # Not whatever is to be tried by now: a retry asked for meanwhile has not been tried.
    done = set(again) - set(halving.late)
    if done:
        resolve(tasks=consumer.tasks, flow_ids=list(done))
    return halving.late


def _task_for(consumer: Consumer, flow_id: int) -> str:
    """The name to store as dead letter the item under. Tasks may share a cursor, and each meets
    whatever comes; only the one that is a step of the item's own flow can bring it on from
    there."""
    if not consumer.cursor:
        return consumer.task
    rows = fetch(
        "SELECT b.steps FROM bus_position l JOIN bus_batch b ON b.id = l.batch_id"
        " WHERE l.event_id = %s",
        [flow_id],
    )
    steps = rows[0][0] if rows else ()
    return next((task for task in steps if _cursor_of(task) == consumer.cursor), consumer.task)


def _cursor_of(task: str) -> str:
    return CONSUMERS[task].cursor if task in CONSUMERS else ""


def run_cursor(consumer: Consumer, *, batch: int | None = None, is_redelivered: bool) -> None:
    """Take everything after the cursor, window by window, until nothing is left.

    After a redelivery one window's worth goes item by item: what killed the process is in it.
    `batch` is the one whose message came, if it was a chain's: it is past this step then.
    """
    if is_redelivered:
        _retry_singly(consumer)
        for _ in range(consumer.window):
            if not _run_window(consumer, window=1, is_noted=True):
                break
    while _run_window(consumer, window=consumer.window, is_noted=False):
        pass
    if batch is not None:
        mark_passed(batch=batch, task=consumer.task)


def _retry_singly(consumer: Consumer) -> None:
    held_up: set[Any] = set()
    for flow_id in flows_to_retry(tasks=consumer.tasks):
        if _attempt_allowed(consumer, flow_id):
            with transaction.atomic():
                locks.hold_to_work(consumer.cursor)
                _do_open(consumer, [flow_id], held_up)
                attempts.forget(task=consumer.task, flow_ids=[flow_id])


def _run_window(consumer: Consumer, *, window: int, is_noted: bool) -> bool:
    """One transaction's worth. True if there may be more."""
    if is_noted and not _next_attempt_allowed(consumer):
        return True
    crash_point(f"{consumer.task}.before")
    with transaction.atomic():
        locks.hold_to_work(consumer.cursor)
        ahead = _ahead(consumer, window)
        flow_ids = ahead.retries + ahead.flow_ids
        for flow_id in _do_open(consumer, flow_ids):
            defer(task=_task_for(consumer, flow_id), flow_id=flow_id)
        if is_noted:
            attempts.forget(task=consumer.task, flow_ids=flow_ids)
        move_cursor(consumer.cursor, ahead.end)
        if flow_ids:
            crash_point(f"{consumer.task}.uncommitted")
    if flow_ids:
        crash_point(f"{consumer.task}.committed")
    return len(ahead.flow_ids) == window


def _next_attempt_allowed(consumer: Consumer) -> bool:
    """Note the try of the next item; if it was deadly, it becomes a dead letter and the cursor
    passes it."""
    with transaction.atomic():
        locks.acquire_transaction_lock(consumer.cursor)
        ahead = _ahead(consumer, 1)
        flow_ids = ahead.flow_ids
        if (
            not flow_ids
            or attempts.note(task=consumer.task, flow_id=flow_ids[0]) <= attempts.MAX_FATAL_ATTEMPTS
        ):
            return True
        store_dead_letter(
            task=consumer.task,
            flow_id=flow_ids[0],
            error="the process died each time it was worked on",
        )
        attempts.forget(task=consumer.task, flow_ids=flow_ids)
        move_cursor(consumer.cursor, ahead.end)
        return False


_AHEAD = """
WITH here AS MATERIALIZED (
    SELECT coalesce((SELECT position FROM bus_cursor WHERE name = %(name)s), 0) AS position),
taken AS (
    SELECT l.position, l.event_id FROM bus_position l
     WHERE l.position > (SELECT position FROM here) AND l.type = ANY(%(types)s)
     ORDER BY l.position LIMIT %(window)s)
SELECT ARRAY(SELECT p.flow_id FROM bus_dead_letter p JOIN bus_position l ON l.event_id = p.flow_id
              WHERE p.task = ANY(%(tasks)s) AND p.retry_at IS NOT NULL AND p.resolved_at IS NULL
              ORDER BY l.position),
       ARRAY(SELECT event_id FROM taken ORDER BY position),
       coalesce(CASE WHEN (SELECT count(*) FROM taken) = %(window)s
                     THEN (SELECT max(position) FROM taken)
                     ELSE (SELECT max(position) FROM bus_position) END, 0)"""


class _Window(NamedTuple):
    """What is to be tried again, the next events, both in line order, and where those end."""

    retries: list[int]
    flow_ids: list[int]
    end: int


def _ahead(consumer: Consumer, window: int) -> _Window:
    params = {
        "name": consumer.cursor,
        "tasks": consumer.tasks,
        "types": consumer.types,
        "window": window,
    }
    return _Window(*fetch(_AHEAD, params)[0])


def move_cursor(name: str, position: int) -> None:
    """Move a cursor forward; it never goes back."""
    run(
        "INSERT INTO bus_cursor (name, position) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE"
        " SET position = excluded.position, moved_at = clock_timestamp()"
        " WHERE bus_cursor.position < excluded.position",
        [name, position],
    )


def close_broken_connection() -> None:
    """Let go of a connection that broke, so that the next task opens a new one."""
    connection.close()
