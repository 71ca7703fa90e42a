-- name: accepted equals answered
-- meaning: Each accepted request was settled exactly once (or expired), for exactly the items it
-- asked for.
-- at rest: yes
WITH verdict AS (
    SELECT v.cause, (item->>'section')::bigint AS section
      FROM bus_event v CROSS JOIN LATERAL jsonb_array_elements(v.data->'items') AS item
     WHERE v.type = 'registration.settled.v1'
    UNION ALL
    SELECT s.id, (item->>'section')::bigint
      FROM bus_event x CROSS JOIN LATERAL jsonb_array_elements(x.data->'items') AS item
      JOIN bus_event s ON s.stream = x.stream AND s.type = 'registration.submitted.v1'
     WHERE x.type = 'registration.expired.v1'),
counted AS (SELECT cause, section, count(*) AS n FROM verdict GROUP BY cause, section)
SELECT 'registration ' || (s.data->>'registration') || ' section ' || (item->>'section') || ': '
       || coalesce(c.n, 0) || ' answers' AS broken
  FROM bus_event s
 CROSS JOIN LATERAL jsonb_array_elements(s.data->'items') AS item
  LEFT JOIN counted c ON c.cause = s.id AND c.section = (item->>'section')::bigint
 WHERE s.type = 'registration.submitted.v1' AND coalesce(c.n, 0) <> 1
