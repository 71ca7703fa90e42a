"""Run a work for a batch, or from a cursor on; count what kills its process."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import connection, transaction

from project.bus import attempts, locks
from project.bus.halving import Halving
from project.bus.parking import causes_to_retry, defer, park, parked_causes, resolve
from project.bus.progress import Load, load_batch, note_passed, note_progress
from project.bus.sql import fetch, run
from project.bus.works import Work, works
from project.crash import reach


def run_batch(work: Work, *, batch: int, is_redelivered: bool) -> None:
    """Do one batch in one transaction; a redelivered one item by item, each noted first.

    A batch that is done already is left alone, unless items of it are to be tried again.
    """
    load = load_batch(batch=batch, task=work.task)
    if load is None or (load.is_done and not causes_to_retry(tasks=work.tasks)):
        return
    if is_redelivered:
        _run_singly(work, load)
    else:
        _run_together(work, load)


def _run_together(work: Work, load: Load) -> None:
    reach(f"{work.task}.before")
    with transaction.atomic():
        locks.hold_to_work(work.task, load.batch)
        late = _do_open(work, load.causes)
        note_progress(batch=load.batch, task=work.task, has_late=bool(late))
        reach(f"{work.task}.uncommitted")
    reach(f"{work.task}.committed")


def _run_singly(work: Work, load: Load) -> None:
    late = [cause for cause in load.causes if _survives(work, cause) and _do_one(work, load, cause)]
    with transaction.atomic():
        locks.hold(work.task, load.batch)
        note_progress(batch=load.batch, task=work.task, has_late=bool(late))
    reach(f"{work.task}.committed")


def _do_one(work: Work, load: Load, cause: int) -> list[int]:
    reach(f"{work.task}.before")
    with transaction.atomic():
        locks.hold_to_work(work.task, load.batch)
        late = _do_open(work, [cause])
        attempts.forget(task=work.task, causes=[cause])
        reach(f"{work.task}.uncommitted")
    return late


def _survives(work: Work, cause: int) -> bool:
    """Note the try in a transaction of its own; park what has killed its process before."""
    with transaction.atomic():
        if attempts.note(task=work.task, cause=cause) <= attempts.DEADLY:
            return True
        died = "the process died each time it was worked on"
        park(task=_task_for(work, cause), cause=cause, error=died)
        attempts.forget(task=work.task, causes=[cause])
        return False


def _do_open(work: Work, causes: Sequence[int], held_up: set[Any] | None = None) -> list[int]:
    """Do what is not parked, and note what went through after having been. Returns the late. Who
    does one list in several calls hands the same `held_up` on."""
    parked = parked_causes(tasks=work.tasks, causes=causes)
    again = [cause for cause in causes if parked.get(cause)]
    held_up = set() if held_up is None else held_up
    halving = Halving(work, name=partial(_task_for, work), held_up=held_up)
    if again:
        # What had to wait before may be held still; the others need not wait with it.
        locks.wait_at_most(locks.BRIEF_MS)
        halving.do(again)
        locks.wait_at_most(locks.PATIENT_MS)
    halving.do([cause for cause in causes if cause not in parked])
    # Not whatever is to be tried by now: a retry asked for meanwhile has not been tried.
    done = set(again) - set(halving.late)
    if done:
        resolve(tasks=work.tasks, causes=list(done))
    return halving.late


def _task_for(work: Work, cause: int) -> str:
    """The name to park the item under. Tasks may share a cursor, and each meets whatever comes;
    only the one that is a step of the item's own flow can bring it on from there."""
    if not work.cursor:
        return work.task
    rows = fetch(
        "SELECT b.steps FROM bus_line l JOIN bus_batch b ON b.id = l.batch_id"
        " WHERE l.event_id = %s",
        [cause],
    )
    steps = rows[0][0] if rows else ()
    return next((task for task in steps if _cursor_of(task) == work.cursor), work.task)


def _cursor_of(task: str) -> str:
    return works[task].cursor if task in works else ""


def run_cursor(work: Work, *, batch: int | None = None, is_redelivered: bool) -> None:
    """Take everything after the cursor, window by window, until nothing is left.

    After a redelivery one window's worth goes item by item: what killed the process is in it.
    `batch` is the one whose message came, if it was a chain's: it is past this step then.
    """
    if is_redelivered:
        _retry_singly(work)
        for _ in range(work.window):
            if not _run_window(work, window=1, is_noted=True):
                break
    while _run_window(work, window=work.window, is_noted=False):
        pass
    if batch is not None:
        note_passed(batch=batch, task=work.task)


def _retry_singly(work: Work) -> None:
    held_up: set[Any] = set()
    for cause in causes_to_retry(tasks=work.tasks):
        if _survives(work, cause):
            with transaction.atomic():
                locks.hold_to_work(work.cursor)
                _do_open(work, [cause], held_up)
                attempts.forget(task=work.task, causes=[cause])


def _run_window(work: Work, *, window: int, is_noted: bool) -> bool:
    """One transaction's worth. True if there may be more."""
    if is_noted and not _next_survives(work):
        return True
    reach(f"{work.task}.before")
    with transaction.atomic():
        locks.hold_to_work(work.cursor)
        ahead = _ahead(work, window)
        causes = ahead.retries + ahead.causes
        for cause in _do_open(work, causes):
            defer(task=_task_for(work, cause), cause=cause)
        if is_noted:
            attempts.forget(task=work.task, causes=causes)
        move_cursor(work.cursor, ahead.end)
        if causes:
            reach(f"{work.task}.uncommitted")
    if causes:
        reach(f"{work.task}.committed")
    return len(ahead.causes) == window


def _next_survives(work: Work) -> bool:
    """Note the try of the next item; if it was deadly, it is parked and the cursor passes it."""
    with transaction.atomic():
        locks.hold(work.cursor)
        ahead = _ahead(work, 1)
        causes = ahead.causes
        if not causes or attempts.note(task=work.task, cause=causes[0]) <= attempts.DEADLY:
            return True
        park(task=work.task, cause=causes[0], error="the process died each time it was worked on")
        attempts.forget(task=work.task, causes=causes)
        move_cursor(work.cursor, ahead.end)
        return False


_AHEAD = """
WITH here AS MATERIALIZED (
    SELECT coalesce((SELECT position FROM bus_cursor WHERE name = %(name)s), 0) AS position),
taken AS (
    SELECT l.position, l.event_id FROM bus_line l
     WHERE l.position > (SELECT position FROM here) AND l.type = ANY(%(types)s)
     ORDER BY l.position LIMIT %(window)s)
SELECT ARRAY(SELECT p.cause FROM bus_parked p JOIN bus_line l ON l.event_id = p.cause
              WHERE p.task = ANY(%(tasks)s) AND p.retry_at IS NOT NULL AND p.resolved_at IS NULL
              ORDER BY l.position),
       ARRAY(SELECT event_id FROM taken ORDER BY position),
       coalesce(CASE WHEN (SELECT count(*) FROM taken) = %(window)s
                     THEN (SELECT max(position) FROM taken)
                     ELSE (SELECT max(position) FROM bus_line) END, 0)"""


class _Ahead(NamedTuple):
    """What is to be tried again, the next facts, both in line order, and where those end."""

    retries: list[int]
    causes: list[int]
    end: int


def _ahead(work: Work, window: int) -> _Ahead:
    params = {"name": work.cursor, "tasks": work.tasks, "types": work.types, "window": window}
    return _Ahead(*fetch(_AHEAD, params)[0])


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
