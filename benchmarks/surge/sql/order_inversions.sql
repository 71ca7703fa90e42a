-- How often a seat was given to someone while a smaller position for it was undecided or waitlisted.
-- Everything from events: who requested (in position order), when each claim was closed. A claim
-- closes when it is seated, offered a seat, or dropped; a refused one never blocked others. The
-- single writer's transactions are the moments: what one of them decides, it decides at once, and
-- its events may be in any order.
WITH moment AS (
    SELECT e.id, e.type, e.flow_id, e.data, min(e.id) OVER (PARTITION BY e.xmin::text) AS at
      FROM bus_event e
     WHERE e.type IN ('modules.seats_decided.v1', 'modules.seat_offered.v1',
                      'modules.seats_released.v1')),
decided AS (
    SELECT m.flow_id, (item->>'section')::bigint AS section, item->>'outcome' AS outcome, m.at
      FROM moment m CROSS JOIN LATERAL jsonb_array_elements(m.data->'items') AS item
     WHERE m.type = 'modules.seats_decided.v1'),
offered AS (
    SELECT data->>'registration' AS registration, (data->>'section')::bigint AS section,
           min(at) AS at
      FROM moment WHERE type = 'modules.seat_offered.v1' GROUP BY 1, 2),
given_back AS (
    SELECT m.data->>'registration' AS registration, (item->>'section')::bigint AS section,
           min(m.at) AS at
      FROM moment m CROSS JOIN LATERAL jsonb_array_elements(m.data->'items') AS item
     WHERE m.type = 'modules.seats_released.v1' AND item->>'was' = 'waiting' GROUP BY 1, 2),
claim AS (
    SELECT s.data->>'registration' AS registration, (item->>'section')::bigint AS section,
           l.position, d.outcome,
           CASE WHEN d.outcome = 'seated' THEN d.at ELSE o.at END AS allocated,
           CASE d.outcome WHEN 'seated' THEN d.at
                          WHEN 'refused' THEN 0
                          ELSE coalesce(least(o.at, g.at), 9223372036854775807) END AS closed
      FROM bus_event s
      JOIN bus_position l ON l.event_id = s.id
     CROSS JOIN LATERAL jsonb_array_elements(s.data->'items') AS item
      LEFT JOIN decided d ON d.flow_id = s.id AND d.section = (item->>'section')::bigint
      LEFT JOIN offered o ON o.registration = s.data->>'registration'
                         AND o.section = (item->>'section')::bigint
      LEFT JOIN given_back g ON g.registration = s.data->>'registration'
                            AND g.section = (item->>'section')::bigint
     WHERE s.type = 'registration.submitted.v1' AND (s.data->>'term')::bigint = %(term)s),
ahead AS (
    SELECT *, max(closed) OVER (PARTITION BY section ORDER BY position
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_closed
      FROM claim)
SELECT 'section ' || section || ': position ' || position || ' (' || registration
       || ') got a seat before a smaller one' AS broken
  FROM ahead
 WHERE allocated < last_closed
