"""The dead-letter table: items that could not be processed wait here for a person."""

import logging
import traceback
from collections.abc import Sequence

from project.bus.batches import rewind
from project.bus.sql import Row, fetch, run
from project.bus.unknown import SEQUENCE

_log = logging.getLogger(__name__)

_STORE = """
INSERT INTO bus_dead_letter (task, flow_id, batch_id, error, traceback)
VALUES (%s, %s, (SELECT batch_id FROM bus_position WHERE event_id = %s), %s, %s)
ON CONFLICT (task, flow_id) WHERE resolved_at IS NULL AND flow_id IS NOT NULL
DO UPDATE SET error = excluded.error, traceback = excluded.traceback,
              stored_at = clock_timestamp(), retry_at = NULL"""


def store_dead_letter(*, task: str, flow_id: int, error: BaseException | str) -> None:
    """Store one item with its error, in the caller's transaction. The others go on."""
    trace = "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else ""
    reason = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else error
    run(_STORE, [task, flow_id, flow_id, reason, trace])
    _log.error("dead letter task=%s flow=%s error=%s", task, flow_id, reason)


_DEFER = """
INSERT INTO bus_dead_letter (task, flow_id, batch_id, error, traceback, retry_at)
VALUES (%s, %s, (SELECT batch_id FROM bus_position WHERE event_id = %s), %s, '', clock_timestamp())
    ON CONFLICT (task, flow_id) WHERE resolved_at IS NULL AND flow_id IS NOT NULL DO NOTHING"""
_LOCKED = "Another transaction holds what it is about: it is tried again every few seconds."


def defer(*, task: str, flow_id: int) -> None:
    """Record, in the caller's transaction, that a cursor has passed the item and will retry it,
    because another transaction holds rows it needs."""
    if run(_DEFER, [task, flow_id, flow_id, _LOCKED]):
        _log.warning("deferred task=%s flow=%s", task, flow_id)


def dead_letter_flows(*, tasks: Sequence[str], flow_ids: Sequence[int]) -> dict[int, bool]:
    """Those of `flow_ids` that are dead letters, each with whether a retry is due."""
    rows = fetch(
        "SELECT flow_id, retry_at IS NOT NULL FROM bus_dead_letter WHERE task = ANY(%s)"
        " AND flow_id = ANY(%s) AND resolved_at IS NULL",
        [list(tasks), list(flow_ids)],
    )
    return dict(rows)


def flows_to_retry(*, tasks: Sequence[str]) -> list[int]:
    """Dead letters of these tasks with a retry due, in order of position."""
    rows = fetch(
        "SELECT p.flow_id FROM bus_dead_letter p JOIN bus_position l ON l.event_id = p.flow_id"
        " WHERE p.task = ANY(%s) AND p.retry_at IS NOT NULL AND p.resolved_at IS NULL"
        " ORDER BY l.position",
        [list(tasks)],
    )
    return [row[0] for row in rows]


def resolve(*, tasks: Sequence[str], flow_ids: Sequence[int]) -> None:
    """Resolve retried items that succeeded, unless they were stored as dead letters again.
    Their batches soon continue from that step."""
    rows = fetch(
        "UPDATE bus_dead_letter SET resolved_at = clock_timestamp() WHERE task = ANY(%s)"
        " AND flow_id = ANY(%s) AND resolved_at IS NULL AND retry_at IS NOT NULL"
        " RETURNING task, batch_id",
        [list(tasks), list(flow_ids)],
    )
    _rewind_batches(rows)


def note_seen(*, dead_letter_ids: Sequence[int]) -> int:
    """Resolve dead letters without flow and batch, which cannot be retried. Returns how many."""
    return run(
        "UPDATE bus_dead_letter SET resolved_at = clock_timestamp() WHERE id = ANY(%s)"
        " AND resolved_at IS NULL AND flow_id IS NULL AND batch_id IS NULL",
        [list(dead_letter_ids)],
    )


def ask_retry(*, dead_letter_ids: Sequence[int]) -> int:
    """Schedule items for a retry; the watchdog drives them from the step that failed. Returns how
    many: items without a flow, resolved ones, and those of a type that this version does not know
    are left alone."""
    rows = fetch(
        "UPDATE bus_dead_letter SET retry_at = clock_timestamp() WHERE id = ANY(%s)"
        " AND resolved_at IS NULL AND flow_id IS NOT NULL AND task <> %s RETURNING task, batch_id",
        [list(dead_letter_ids), SEQUENCE],
    )
    _rewind_batches(rows)
    return len(rows)


def _rewind_batches(rows: Sequence[Row]) -> None:
    for task, batch in {(row[0], row[1]) for row in rows if row[1] is not None}:
        rewind(batch=batch, task=task)
