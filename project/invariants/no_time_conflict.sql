-- name: no conflict in any schedule
-- meaning: No two items that a student has, or may still get, meet at the same time in a term.
-- at rest: no
WITH live AS (
    SELECT i.student_id, i.registration_id, i.section_id, s.term_id,
           m.day, m.date, m.start, m."end"
      FROM registration_item i
      JOIN modules_section s ON s.id = i.section_id
     CROSS JOIN LATERAL jsonb_to_recordset(s.meetings)
           AS m(day int, date text, start int, "end" int)
     WHERE i.state IN ('pending', 'offered', 'confirmed'))
SELECT DISTINCT 'student ' || a.student_id || ': sections ' || a.section_id || ' and '
       || b.section_id || ' meet at the same time' AS broken
  FROM live a
  JOIN live b ON b.student_id = a.student_id AND b.term_id = a.term_id
   AND b.section_id > a.section_id AND a.start < b."end" AND b.start < a."end"
   AND (a.day = b.day OR a.date = b.date)
