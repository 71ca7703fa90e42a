-- name: one live allocation per student and section
-- meaning: Nobody has two seats in one section.
-- at rest: no
SELECT 'student ' || student_id || ' section ' || section_id || ': registrations '
       || string_agg(registration_id::text, ', ') AS broken
  FROM modules_allocation
 WHERE state = 'live'
 GROUP BY section_id, student_id
HAVING count(*) > 1
