"""Events and steps that this version does not know: dead letters until a version knows them.

During a rolling deploy processes of two versions run side by side; the older one meets events and
steps of the newer, and must neither lose them nor stop for them.
"""

import logging
from collections.abc import Sequence

from project.bus.registry import bus
from project.bus.sql import run
from project.events.registry import EVENT_TYPES

SEQUENCE = "bus.sequence"
"""The task under which events of an unknown type are stored as dead letters."""

_log = logging.getLogger(__name__)

_STORE_EVENTS = """
INSERT INTO bus_dead_letter (task, flow_id, error, traceback)
SELECT %s, event_id, 'this version knows no event called ' || type, ''
  FROM unnest(%s::bigint[], %s::text[]) AS unknown(event_id, type)
ON CONFLICT (task, flow_id) WHERE resolved_at IS NULL AND flow_id IS NOT NULL DO NOTHING"""


def dead_letter_unknown_events(events: Sequence[tuple[int, str]]) -> None:
    """Store events of unknown types as dead letters, before they get a position."""
    if events:
        ids, types = zip(*events, strict=True)
        run(_STORE_EVENTS, [SEQUENCE, list(ids), list(types)])
        _log.error("unknown types=%s events=%s", sorted(set(types)), list(ids))


_READMIT_EVENTS = """
WITH known AS (
    UPDATE bus_dead_letter p SET resolved_at = clock_timestamp()
     WHERE task = %s AND resolved_at IS NULL
       AND (SELECT type FROM bus_event WHERE id = p.flow_id) = ANY(%s)
    RETURNING flow_id)
INSERT INTO bus_outbox (event_id) SELECT flow_id FROM known"""


def readmit_known_events() -> int:
    """Put events back into the outbox whose types this version knows. Returns how many."""
    return run(_READMIT_EVENTS, [SEQUENCE, list(EVENT_TYPES)])


_STORE_BATCH = """
WITH standing AS (UPDATE bus_batch SET due_at = NULL WHERE id = %(batch)s)
INSERT INTO bus_dead_letter (task, batch_id, error, traceback)
SELECT %(step)s, %(batch)s, 'this version knows no step called ' || %(step)s, ''
 WHERE NOT EXISTS (SELECT FROM bus_dead_letter WHERE batch_id = %(batch)s AND task = %(step)s
                      AND flow_id IS NULL AND resolved_at IS NULL)"""


def dead_letter_batch(*, batch: int, step: str) -> None:
    """Store a batch whose step this version does not know as a dead letter. It is not late from
    then on: the watchdog leaves it alone until the step is known."""
    run(_STORE_BATCH, {"batch": batch, "step": step})
    _log.error("unknown step=%s batch=%s", step, batch)


_READMIT_BATCHES = """
WITH known AS (
    UPDATE bus_dead_letter SET resolved_at = clock_timestamp()
     WHERE flow_id IS NULL AND batch_id IS NOT NULL AND resolved_at IS NULL AND task = ANY(%s)
    RETURNING batch_id)
UPDATE bus_batch SET due_at = clock_timestamp()
 WHERE id IN (SELECT batch_id FROM known)"""


def readmit_known_batches() -> int:
    """Continue batches whose step this version knows, at once. Returns how many."""
    return run(_READMIT_BATCHES, [list(bus.steps())])
