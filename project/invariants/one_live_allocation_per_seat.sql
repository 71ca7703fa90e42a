-- name: one live allocation per seat
-- meaning: No seat is sold twice.
-- at rest: no
SELECT 'section ' || section_id || ' seat ' || seat || ': registrations '
       || string_agg(registration_id::text, ', ') AS broken
  FROM modules_allocation
 WHERE state = 'live' AND seat IS NOT NULL
 GROUP BY section_id, seat
HAVING count(*) > 1
