"""The progress of a batch, and when it is due."""

from dataclasses import dataclass

from project.bus.sql import fetch, run

STEP_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A batch as a step sees it: its events in order of position, and whether this step is done."""

    batch: int
    flow_ids: list[int]
    is_done: bool


_LOAD = """
SELECT array(SELECT event_id FROM bus_position WHERE batch_id = b.id ORDER BY position),
       coalesce(array_position(steps, step) > array_position(steps, %(task)s), true)
  FROM bus_batch b WHERE id = %(batch)s AND %(task)s = ANY(steps)"""


def load_batch(*, batch: int, task: str) -> Load | None:
    """Load the batch for this task; None if it is unknown or has no such step."""
    rows = fetch(_LOAD, {"batch": batch, "task": task})
    return Load(batch=batch, flow_ids=rows[0][0], is_done=rows[0][1]) if rows else None


_CLEAN = """
UPDATE bus_batch
   SET step = CASE WHEN step = %(task)s THEN steps[array_position(steps, step) + 1] ELSE step END,
       finished[array_position(steps, %(task)s)] = clock_timestamp(),
       attempts = CASE WHEN step = %(task)s THEN 0 ELSE attempts END,
       due_at = CASE WHEN step = %(task)s
                     THEN clock_timestamp() + make_interval(secs => %(patience)s)
                     ELSE due_at END
 WHERE id = %(batch)s"""

_LATE = """
UPDATE bus_batch
   SET finished[array_position(steps, %(task)s)] = clock_timestamp(),
       due_at = clock_timestamp() + make_interval(secs => least(2 ^ attempts, 60))
 WHERE id = %(batch)s"""


# A batch with deferred events has not passed the step.
_NONE_DEFERRED = """
   AND NOT EXISTS (SELECT FROM bus_dead_letter p WHERE p.batch_id = bus_batch.id
                      AND p.task = %(task)s AND p.retry_at IS NOT NULL AND p.resolved_at IS NULL)"""


def mark_passed(*, batch: int, task: str) -> None:
    """Record that a step with a cursor has passed the batch, if the batch was at that step and none
    of its events is due for a retry there."""
    run(
        f"{_CLEAN} AND step = %(task)s {_NONE_DEFERRED}",
        {"batch": batch, "task": task, "patience": STEP_TIMEOUT_SECONDS},
    )


def mark_progress(*, batch: int, task: str, has_late: bool) -> None:
    """Record that the step ran to its end for the batch. With late items the batch stays at this
    step and is due again soon; the chain continues for the others without delaying that."""
    run(
        _LATE if has_late else _CLEAN,
        {"batch": batch, "task": task, "patience": STEP_TIMEOUT_SECONDS},
    )


_BACK = """
UPDATE bus_batch
   SET step = CASE WHEN array_position(steps, step) < array_position(steps, %(task)s)
                   THEN step ELSE %(task)s END,
       attempts = 0, due_at = clock_timestamp()
 WHERE id = %(batch)s AND %(task)s = ANY(steps)"""


def rewind(*, batch: int, task: str) -> None:
    """Let the batch begin again at this step, at the watchdog's next run."""
    run(_BACK, {"batch": batch, "task": task})
