"""Find late batches and readers and drive them again, from PostgreSQL alone."""

import logging

from project.bus.consumers import CONSUMERS
from project.bus.dispatch import send_chain, send_wakeup
from project.bus.publisher import Publisher
from project.bus.sql import fetch, run
from project.bus.unknown import readmit_known_batches

_log = logging.getLogger(__name__)
_AT_MOST = 200

# A batch is late when it was overtaken (a later batch of the flow has passed its step) or stands
# still (no batch of the flow has finished that step since this one was due). One that waits behind
# others in progress is neither. Steps are compared by name, since versions may differ in flows.
_LATE = """
SELECT b.id, b.steps[array_position(b.steps, b.step):] FROM bus_batch b
 WHERE b.step IS NOT NULL AND b.due_at < clock_timestamp() AND b.confirmed_at IS NOT NULL
   AND (EXISTS (SELECT FROM bus_batch o
                 WHERE o.flow = b.flow AND o.id > b.id
                   AND array_position(o.steps, b.step)
                     < coalesce(array_position(o.steps, o.step), cardinality(o.steps) + 1))
        OR NOT EXISTS (SELECT FROM bus_batch o
                        WHERE o.flow = b.flow
                          AND o.finished[array_position(o.steps, b.step)] > b.due_at))
 ORDER BY b.id LIMIT %s"""


def redrive_late() -> int:
    """Send the remaining chain of each late batch again, with back-off. Returns how many."""
    readmit_known_batches()
    late = fetch(_LATE, [_AT_MOST])
    if late:
        with Publisher() as publisher:
            for batch, steps in late:
                send_chain(publisher, batch=batch, steps=steps)
            publisher.confirm()
        _back_off([row[0] for row in late])
        _log.warning("re-driven batches=%s", [row[0] for row in late])
    return len(late)


def _back_off(batches: list[int]) -> None:
    run(
        "UPDATE bus_batch SET attempts = least(attempts + 1, 10),"
        " due_at = clock_timestamp() + make_interval(secs => least(5 * 2 ^ attempts, 300))"
        " WHERE id = ANY(%s) AND due_at IS NOT NULL",
        [batches],
    )


# The oldest unread event is enough, as it was sequenced before the others; to look for any late
# one would scan all positions.
_BEHIND = """
SELECT EXISTS (SELECT FROM (SELECT batch_id FROM bus_position
                             WHERE position > coalesce((SELECT position FROM bus_cursor
                                                         WHERE name = %s), 0)
                               AND type = ANY(%s)
                             ORDER BY position LIMIT 1) l
                 JOIN bus_batch b ON b.id = l.batch_id
                WHERE b.sequenced_at < clock_timestamp() - interval '5 seconds')
    OR EXISTS (SELECT FROM bus_dead_letter WHERE task = %s AND retry_at IS NOT NULL
                  AND resolved_at IS NULL)"""


def wake_sleepers() -> list[str]:
    """Wake every reader that has had unread events for some seconds. Returns their tasks."""
    sleeping = [
        work
        for work in CONSUMERS.values()
        if work.cursor and fetch(_BEHIND, [work.cursor, work.types, work.task])[0][0]
    ]
    if sleeping:
        with Publisher() as publisher:
            for work in sleeping:
                send_wakeup(publisher, task=work.task, queue=work.queue)
            publisher.confirm()
    return [work.task for work in sleeping]
