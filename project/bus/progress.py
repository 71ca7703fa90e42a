"""How far a batch has come, and when it is late."""

from dataclasses import dataclass

from project.bus.registry import bus
from project.bus.sql import fetch, run

PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A batch as a step sees it: its facts in line order, and which step this one is."""

    batch: int
    causes: list[int]
    index: int
    is_done: bool


def load_batch(*, batch: int, task: str) -> Load | None:
    """The batch for this task; None where it is unknown or its flow has no such step."""
    rows = fetch(
        "SELECT flow, step, array(SELECT event_id FROM bus_line WHERE batch_id = b.id"
        " ORDER BY position) FROM bus_batch b WHERE id = %s",
        [batch],
    )
    index = step_index(flow=rows[0][0], task=task) if rows else None
    if index is None:
        return None
    return Load(batch=batch, causes=rows[0][2], index=index, is_done=rows[0][1] > index)


def step_index(*, flow: str, task: str) -> int | None:
    """Which step of the flow the task is, from 0; None if it is none."""
    if not flow:
        return None
    tasks = [step.task for step in bus.flow_named(flow).steps]
    return tasks.index(task) if task in tasks else None


_CLEAN = """
UPDATE bus_batch
   SET step = CASE WHEN step = %(index)s THEN step + 1 ELSE step END,
       finished[%(index)s + 1] = clock_timestamp(),
       attempts = CASE WHEN step = %(index)s THEN 0 ELSE attempts END,
       due_at = CASE WHEN step = %(index)s
                     THEN clock_timestamp() + make_interval(secs => %(patience)s)
                     ELSE due_at END
 WHERE id = %(batch)s"""

_LATE = """
UPDATE bus_batch
   SET finished[%(index)s + 1] = clock_timestamp(),
       due_at = clock_timestamp() + make_interval(secs => least(2 ^ attempts, 60))
 WHERE id = %(batch)s"""


_PASSED = """
UPDATE bus_batch b
   SET step = step + 1, attempts = 0, finished[step + 1] = clock_timestamp(),
       due_at = clock_timestamp() + make_interval(secs => %(patience)s)
  FROM unnest(%(flows)s::text[], %(indexes)s::int[]) AS f(flow, index)
 WHERE b.id = %(batch)s AND b.flow = f.flow AND b.step = f.index"""


def note_passed(*, batch: int, task: str) -> None:
    """A step with a cursor has passed the batch, if the batch was at that step."""
    names = [flow.name for flow in bus.flow_by_fact.values()]
    indexes = [step_index(flow=name, task=task) for name in names]
    params = {"batch": batch, "flows": names, "indexes": indexes, "patience": PATIENCE_SECONDS}
    run(_PASSED, params)


def note_progress(*, batch: int, index: int, has_late: bool) -> None:
    """The step ran to its end for the batch. With late items the batch stays at this step and
    comes back soon; the chain goes on for the others, whose later steps do not put that off."""
    run(
        _LATE if has_late else _CLEAN,
        {"batch": batch, "index": index, "patience": PATIENCE_SECONDS},
    )


def send_back(*, batch: int, task: str) -> None:
    """Let the batch begin again at this step, at the watchdog's next round."""
    rows = fetch("SELECT flow FROM bus_batch WHERE id = %s", [batch])
    index = step_index(flow=rows[0][0], task=task) if rows else None
    if index is not None:
        run(
            "UPDATE bus_batch SET step = least(step, %s), attempts = 0,"
            " due_at = clock_timestamp() WHERE id = %s",
            [index, batch],
        )
