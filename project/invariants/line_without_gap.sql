-- name: the line without gap
-- meaning: Positions are 1, 2, 3 and so on; every fact is in the outbox or in the line, once.
-- at rest: no
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
 WHERE e.id IS NULL
