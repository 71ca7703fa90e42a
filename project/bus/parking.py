"""The dead-letter table: what could not be worked on waits here for a person."""

import logging
import traceback
from collections.abc import Sequence

from project.bus.progress import send_back
from project.bus.sql import Row, fetch, run
from project.bus.unknown import SEQUENCE

_log = logging.getLogger(__name__)

_PARK = """
INSERT INTO bus_parked (task, cause, batch_id, error, traceback)
VALUES (%s, %s, (SELECT batch_id FROM bus_line WHERE event_id = %s), %s, %s)
ON CONFLICT (task, cause) WHERE resolved_at IS NULL AND cause IS NOT NULL
DO UPDATE SET error = excluded.error, traceback = excluded.traceback,
              parked_at = clock_timestamp(), retry_at = NULL"""


def park(*, task: str, cause: int, error: BaseException | str) -> None:
    """Put one item aside with why, in the caller's transaction. The others go on."""
    told = "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else ""
    reason = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else error
    run(_PARK, [task, cause, cause, reason, told])
    _log.error("parked task=%s cause=%s error=%s", task, cause, reason)


_DEFER = """
INSERT INTO bus_parked (task, cause, batch_id, error, traceback, retry_at)
VALUES (%s, %s, (SELECT batch_id FROM bus_line WHERE event_id = %s), %s, '', clock_timestamp())
    ON CONFLICT (task, cause) WHERE resolved_at IS NULL AND cause IS NOT NULL DO NOTHING"""
_LOCKED = "Another transaction holds what it is about: it is tried again every few seconds."


def defer(*, task: str, cause: int) -> None:
    """Note, in the caller's transaction, that a cursor has passed the item and is to come back to
    it by itself: at the moment another transaction holds what it is about."""
    if run(_DEFER, [task, cause, cause, _LOCKED]):
        _log.warning("deferred task=%s cause=%s", task, cause)


def parked_causes(*, tasks: Sequence[str], causes: Sequence[int]) -> dict[int, bool]:
    """Those of `causes` that are parked, each with whether it is to be tried again."""
    rows = fetch(
        "SELECT cause, retry_at IS NOT NULL FROM bus_parked WHERE task = ANY(%s)"
        " AND cause = ANY(%s) AND resolved_at IS NULL",
        [list(tasks), list(causes)],
    )
    return dict(rows)


def causes_to_retry(*, tasks: Sequence[str]) -> list[int]:
    """Parked items of these tasks that are to be tried again, in line order."""
    rows = fetch(
        "SELECT p.cause FROM bus_parked p JOIN bus_line l ON l.event_id = p.cause"
        " WHERE p.task = ANY(%s) AND p.retry_at IS NOT NULL AND p.resolved_at IS NULL"
        " ORDER BY l.position",
        [list(tasks)],
    )
    return [row[0] for row in rows]


def resolve(*, tasks: Sequence[str], causes: Sequence[int]) -> None:
    """Note that items went through after all, unless they were parked again. Their batches go on
    from there soon."""
    rows = fetch(
        "UPDATE bus_parked SET resolved_at = clock_timestamp() WHERE task = ANY(%s)"
        " AND cause = ANY(%s) AND resolved_at IS NULL AND retry_at IS NOT NULL"
        " RETURNING task, batch_id",
        [list(tasks), list(causes)],
    )
    _send_back(rows)


def note_seen(*, parked_ids: Sequence[int]) -> int:
    """Resolve what has neither a cause nor a batch: nothing can be tried. Returns how many."""
    return run(
        "UPDATE bus_parked SET resolved_at = clock_timestamp() WHERE id = ANY(%s)"
        " AND resolved_at IS NULL AND cause IS NULL AND batch_id IS NULL",
        [list(parked_ids)],
    )


def ask_retry(*, parked_ids: Sequence[int]) -> int:
    """Release items for another try; the watchdog drives them from the step that failed.
    Returns how many: an item without a cause, one that is resolved, and one that waits for a
    version that knows it are left alone."""
    rows = fetch(
        "UPDATE bus_parked SET retry_at = clock_timestamp() WHERE id = ANY(%s)"
        " AND resolved_at IS NULL AND cause IS NOT NULL AND task <> %s RETURNING task, batch_id",
        [list(parked_ids), SEQUENCE],
    )
    _send_back(rows)
    return len(rows)


def _send_back(rows: Sequence[Row]) -> None:
    for task, batch in {(row[0], row[1]) for row in rows if row[1] is not None}:
        send_back(batch=batch, task=task)
