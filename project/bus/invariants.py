"""What must always be true of the bus's own tables."""

from project.bus.registry import Invariant

_STREAM_GAPS = """
SELECT 'stream ' || stream || ': ' || count(*) || ' facts, versions ' || min(version) || ' to '
       || max(version) AS broken
  FROM bus_event
 GROUP BY stream
HAVING min(version) <> 1 OR max(version) <> count(*) OR count(DISTINCT version) <> count(*)"""

_LINE_GAPS = """
SELECT 'position ' || (position - 1) || ' is missing before ' || position AS broken
  FROM (SELECT position, lag(position, 1, 0::bigint) OVER (ORDER BY position) AS before
          FROM bus_line) l
 WHERE position <> before + 1
UNION ALL
SELECT 'fact ' || e.id || ': in neither outbox nor line'
  FROM bus_event e
 WHERE NOT EXISTS (SELECT FROM bus_line l WHERE l.event_id = e.id)
   AND NOT EXISTS (SELECT FROM bus_outbox o WHERE o.event_id = e.id)
UNION ALL
SELECT 'fact ' || l.event_id || ': in both outbox and line'
  FROM bus_line l JOIN bus_outbox o USING (event_id)
UNION ALL
SELECT 'position ' || l.position || ': no such fact as ' || l.event_id
  FROM bus_line l LEFT JOIN bus_event e ON e.id = l.event_id
 WHERE e.id IS NULL"""

_UNFINISHED = """
SELECT 'batch ' || id || ' (' || flow || '): at ' || step AS broken
  FROM bus_batch
 WHERE step IS NOT NULL
UNION ALL
SELECT 'fact ' || event_id || ': still in the outbox'
  FROM bus_outbox"""

_PARKED = """
SELECT task || ' fact ' || coalesce(cause::text, '-') || ': ' || left(error, 100) AS broken
  FROM bus_parked
 WHERE resolved_at IS NULL"""

INVARIANTS = (
    Invariant(
        name="streams without gap or double",
        meaning="The versions of every stream are 1, 2, 3 and so on.",
        check=_STREAM_GAPS,
    ),
    Invariant(
        name="the line without gap",
        meaning="Positions are 1, 2, 3 and so on; a fact is in the outbox or in the line, once.",
        check=_LINE_GAPS,
    ),
    Invariant(
        name="no saga overdue",
        meaning="Every batch has gone through all its steps, and nothing is left to publish.",
        at_rest=True,
        check=_UNFINISHED,
    ),
    Invariant(
        name="nothing is parked",
        meaning="No item waits for a person to mend what keeps it from going on.",
        at_rest=True,
        check=_PARKED,
    ),
)
