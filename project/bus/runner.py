"""Run a consumer for a batch or from its cursor, and count attempts that kill its process."""

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
    """Process one batch in one transaction; a redelivered one item by item, each attempt recorded
    first.

    A batch that is done already is left alone, unless items of it are due for a retry.
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
        locks.acquire_work_lock(consumer.task, load.batch)
        late = _process(consumer, load.flow_ids)
        mark_progress(batch=load.batch, task=consumer.task, has_late=bool(late))
        crash_point(f"{consumer.task}.uncommitted")
    crash_point(f"{consumer.task}.committed")


def _run_singly(consumer: Consumer, load: Load) -> None:
    late = [
        flow_id
        for flow_id in load.flow_ids
        if _attempt_allowed(consumer, flow_id) and _process_singly(consumer, load, flow_id)
    ]
    with transaction.atomic():
        locks.acquire_transaction_lock(consumer.task, load.batch)
        mark_progress(batch=load.batch, task=consumer.task, has_late=bool(late))
    crash_point(f"{consumer.task}.committed")


def _process_singly(consumer: Consumer, load: Load, flow_id: int) -> list[int]:
    crash_point(f"{consumer.task}.before")
    with transaction.atomic():
        locks.acquire_work_lock(consumer.task, load.batch)
        late = _process(consumer, [flow_id])
        attempts.forget(task=consumer.task, flow_ids=[flow_id])
        crash_point(f"{consumer.task}.uncommitted")
    return late


def _attempt_allowed(consumer: Consumer, flow_id: int) -> bool:
    """Record the attempt in a transaction of its own. An item that has killed its process too often
    becomes a dead letter: False."""
    with transaction.atomic():
        if attempts.note(task=consumer.task, flow_id=flow_id) <= attempts.MAX_FATAL_ATTEMPTS:
            return True
        died = "the process died each time it was worked on"
        store_dead_letter(task=_task_for(consumer, flow_id), flow_id=flow_id, error=died)
        attempts.forget(task=consumer.task, flow_ids=[flow_id])
        return False


def _process(
    consumer: Consumer, flow_ids: Sequence[int], held_up: set[Any] | None = None
) -> list[int]:
    """Process the items that are not open dead letters, and resolve retried ones that succeed.
    Returns the late ones. A caller that splits a list passes the same `held_up` each time."""
    dead_letters = dead_letter_flows(tasks=consumer.tasks, flow_ids=flow_ids)
    again = [flow_id for flow_id in flow_ids if dead_letters.get(flow_id)]
    held_up = set() if held_up is None else held_up
    bisection = Bisection(consumer, name=partial(_task_for, consumer), held_up=held_up)
    if again:
        # Items that had to wait may still be locked; the others need not wait for them.
        locks.wait_at_most(locks.BRIEF_MS)
        bisection.do(again)
        locks.wait_at_most(locks.PATIENT_MS)
    bisection.do([flow_id for flow_id in flow_ids if flow_id not in dead_letters])
    # Only those tried here: a retry requested in the meantime has not been tried yet.
    done = set(again) - set(bisection.late)
    if done:
        resolve(tasks=consumer.tasks, flow_ids=list(done))
    return bisection.late


def _task_for(consumer: Consumer, flow_id: int) -> str:
    """The task under which the item becomes a dead letter. Tasks may share a cursor, and each meets
    all its items; only the task that is a step of the item's own flow can continue it."""
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
    """Process everything after the cursor, window by window, until nothing is left.

    After a redelivery one window is processed item by item, as it holds the one that killed the
    process. `batch` is the batch of the chain's message, if any: it has then passed this step.
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
                locks.acquire_work_lock(consumer.cursor)
                _process(consumer, [flow_id], held_up)
                attempts.forget(task=consumer.task, flow_ids=[flow_id])


def _run_window(consumer: Consumer, *, window: int, is_noted: bool) -> bool:
    """Process one window in one transaction. Returns whether there may be more."""
    if is_noted and not _next_attempt_allowed(consumer):
        return True
    crash_point(f"{consumer.task}.before")
    with transaction.atomic():
        locks.acquire_work_lock(consumer.cursor)
        ahead = _ahead(consumer, window)
        flow_ids = ahead.retries + ahead.flow_ids
        for flow_id in _process(consumer, flow_ids):
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
    """Record the attempt of the next item. One that killed its process too often becomes a dead
    letter, and the cursor passes it. Returns False then."""
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
    """Retries that are due and the next events, in order of position, and the last position."""

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
    """Close a broken connection, so that the next task opens a new one."""
    connection.close()
