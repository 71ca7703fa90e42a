-- name: credits within the limit
-- meaning: What a student has, or may still get, in a term stays within their credit limit.
-- at rest: no
SELECT 'student ' || i.student_id || ' term ' || s.term_id || ': ' || sum(i.credits) || ' of '
       || t.credit_limit || ' credits' AS broken
  FROM registration_item i
  JOIN modules_section s ON s.id = i.section_id
  JOIN registration_student t ON t.id = i.student_id
 WHERE i.state IN ('pending', 'offered', 'confirmed')
 GROUP BY i.student_id, s.term_id, t.credit_limit
HAVING sum(i.credits) > t.credit_limit
