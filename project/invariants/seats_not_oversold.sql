-- name: live allocations never exceed seats
-- meaning: No section has more live allocations than seats, and no seat number is above them.
-- at rest: no
SELECT 'section ' || s.id || ': ' || count(a.fence) || ' live allocations, highest seat '
       || coalesce(max(a.seat)::text, '-') || ', of ' || s.seats || ' seats' AS broken
  FROM modules_section s
  JOIN modules_allocation a ON a.section_id = s.id AND a.state = 'live'
 WHERE s.seats IS NOT NULL
 GROUP BY s.id, s.seats
HAVING count(a.fence) > s.seats OR count(a.seat) <> count(a.fence)
