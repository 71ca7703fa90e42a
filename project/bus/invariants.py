"""Invariants of the bus's own tables."""

from project.bus.registry import Invariant

_STREAM_GAPS = """
SELECT 'stream ' || stream || ': ' || count(*) || ' events, versions ' || min(version) || ' to '
       || max(version) AS broken
  FROM bus_event
 GROUP BY stream
HAVING min(version) <> 1 OR max(version) <> count(*) OR count(DISTINCT version) <> count(*)"""

_POSITION_GAPS = """
SELECT 'position ' || (position - 1) || ' is missing before ' || position AS broken
  FROM (SELECT position, lag(position, 1, 0::bigint) OVER (ORDER BY position) AS before
          FROM bus_position) l
 WHERE position <> before + 1
UNION ALL
SELECT 'event ' || e.id || ': without position and not in the outbox'
  FROM bus_event e
 WHERE NOT EXISTS (SELECT FROM bus_position l WHERE l.event_id = e.id)
   AND NOT EXISTS (SELECT FROM bus_outbox o WHERE o.event_id = e.id)
UNION ALL
SELECT 'event ' || l.event_id || ': with a position and in the outbox'
  FROM bus_position l JOIN bus_outbox o USING (event_id)
UNION ALL
SELECT 'position ' || l.position || ': no such event as ' || l.event_id
  FROM bus_position l LEFT JOIN bus_event e ON e.id = l.event_id
 WHERE e.id IS NULL"""

_UNFINISHED = """
SELECT 'batch ' || id || ' (' || flow || '): at ' || step AS broken
  FROM bus_batch
 WHERE step IS NOT NULL
UNION ALL
SELECT 'event ' || event_id || ': still in the outbox'
  FROM bus_outbox"""

_DEAD_LETTERS = """
SELECT task || ' event ' || coalesce(flow_id::text, '-') || ': ' || left(error, 100) AS broken
  FROM bus_dead_letter
 WHERE resolved_at IS NULL"""

INVARIANTS = (
    Invariant(
        name="streams without gap or double",
        meaning="The versions of every stream are 1, 2, 3 and so on.",
        check=_STREAM_GAPS,
    ),
    Invariant(
        name="positions without gap",
        meaning="Positions are 1, 2, 3 and so on; an event has one or is in the outbox.",
        check=_POSITION_GAPS,
    ),
    Invariant(
        name="no saga overdue",
        meaning="Every batch has gone through all its steps, and nothing is left to publish.",
        at_rest=True,
        check=_UNFINISHED,
    ),
    Invariant(
        name="no dead letter is open",
        meaning="No item waits for a person to mend what keeps it from going on.",
        at_rest=True,
        check=_DEAD_LETTERS,
    ),
)
