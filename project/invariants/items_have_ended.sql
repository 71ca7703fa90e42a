-- name: every item has its answer
-- meaning: At rest each item is confirmed, queued, refused, dropped or expired, and so its
-- registration is answered.
-- at rest: yes
SELECT 'registration ' || i.registration_id || ' section ' || i.section_id || ': ' || i.state
       AS broken
  FROM registration_item i
 WHERE i.state NOT IN ('confirmed', 'queued', 'refused', 'dropped', 'expired')
UNION ALL
SELECT 'registration ' || r.id || ': no answer'
  FROM registration_registration r
 WHERE r.answered_at IS NULL
