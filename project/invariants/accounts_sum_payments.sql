-- name: accounts sum their payments
-- meaning: What an account owes equals its authorised and captured payments, within its limit.
-- at rest: no
SELECT 'student ' || a.student_id || ': authorised ' || a.authorised || ' of '
       || coalesce(p.authorised, 0) || ', captured ' || a.captured || ' of '
       || coalesce(p.captured, 0) AS broken
  FROM payments_account a
  LEFT JOIN (SELECT student_id,
                    coalesce(sum(amount) FILTER (WHERE state = 'authorised'), 0) AS authorised,
                    coalesce(sum(amount) FILTER (WHERE state = 'captured'), 0) AS captured
               FROM payments_payment GROUP BY student_id) p USING (student_id)
 WHERE a.authorised <> coalesce(p.authorised, 0) OR a.captured <> coalesce(p.captured, 0)
