"""Run a work: halve on failure, park the culprit, count what kills, wait when all is down."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)

from project.bus import attempts, locks
from project.bus.parking import causes_to_retry, park, parked_causes, resolve
from project.bus.progress import Load, load_batch, note_passed, note_progress
from project.bus.sql import fetch, run
from project.bus.works import Work, works
from project.crash import reach

# The step cannot work at all: not the item's fault.
DOWN = (OperationalError, InterfaceError)


def run_batch(work: Work, *, batch: int, is_redelivered: bool) -> None:
    """Do one batch in one transaction; a redelivered one item by item, each noted first.

    A batch that is done already is left alone, unless items of it are to be tried again.
    """
    load = load_batch(batch=batch, task=work.task)
    if load is None or (load.is_done and not causes_to_retry(task=work.task)):
        return
    if is_redelivered:
        _run_singly(work, load)
    else:
        _run_together(work, load)


def _run_together(work: Work, load: Load) -> None:
    reach(f"{work.task}.before")
    with transaction.atomic():
        locks.hold(work.task, load.batch)
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
        locks.hold(work.task, load.batch)
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


def _do_open(work: Work, causes: Sequence[int]) -> list[int]:
    """Do what is not parked, and note what went through after having been."""
    parked = parked_causes(task=work.task, causes=causes)
    late = _halve(work, [cause for cause in causes if parked.get(cause, True)])
    # Not whatever is to be tried by now: a retry asked for meanwhile has not been tried.
    retried = [cause for cause, again in parked.items() if again]
    if retried:
        resolve(task=work.task, causes=retried)
    return late


def _halve(work: Work, causes: list[int], *, is_second_try: bool = False) -> list[int]:
    """Do the facts in savepoints, in order; one that fails alone is parked. Returns the late."""
    if not causes:
        return []
    try:
        with transaction.atomic():
            return list(work.handler(causes) or ())
    except DOWN:
        raise
    except Exception as error:
        if len(causes) == 1 and isinstance(error, IntegrityError) and not is_second_try:
            # Another pool was quicker to say something on that stream: by now it can be seen.
            return _halve(work, causes, is_second_try=True)
        if len(causes) == 1:
            park(task=_task_for(work, causes[0]), cause=causes[0], error=error)
            return []
    middle = len(causes) // 2
    return _halve(work, causes[:middle]) + _halve(work, causes[middle:])


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
    for cause in causes_to_retry(task=work.task):
        if _survives(work, cause):
            with transaction.atomic():
                locks.hold(work.cursor)
                _do_open(work, [cause])
                attempts.forget(task=work.task, causes=[cause])


def _run_window(work: Work, *, window: int, is_noted: bool) -> bool:
    """One transaction's worth. True if there may be more."""
    if is_noted and not _next_survives(work):
        return True
    reach(f"{work.task}.before")
    with transaction.atomic():
        locks.hold(work.cursor)
        ahead = _ahead(work, window)
        causes = ahead.retries + ahead.causes
        _do_open(work, causes)
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
SELECT ARRAY(SELECT cause FROM bus_parked
              WHERE task = %(task)s AND retry_at IS NOT NULL AND resolved_at IS NULL
                AND cause IS NOT NULL ORDER BY cause),
       ARRAY(SELECT event_id FROM taken ORDER BY position),
       coalesce(CASE WHEN (SELECT count(*) FROM taken) = %(window)s
                     THEN (SELECT max(position) FROM taken)
                     ELSE (SELECT max(position) FROM bus_line) END, 0)"""


class _Ahead(NamedTuple):
    """What a person wants tried again, the next facts in line order, and where they end."""

    retries: list[int]
    causes: list[int]
    end: int


def _ahead(work: Work, window: int) -> _Ahead:
    params = {"name": work.cursor, "task": work.task, "types": work.types, "window": window}
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
