-- name: every accepted request has exactly one registration
-- meaning: Facts "submitted", registrations and their items are the same set; every kept
-- idempotency key leads to one of them.
-- at rest: no
WITH said AS (
    SELECT e.id, (e.data->>'registration')::uuid AS registration,
           (item->>'section')::bigint AS section
      FROM bus_event e CROSS JOIN LATERAL jsonb_array_elements(e.data->'items') AS item
     WHERE e.type = 'registration.submitted.v1'),
kept AS (
    SELECT r.event_id AS id, r.id AS registration, i.section_id AS section
      FROM registration_registration r LEFT JOIN registration_item i ON i.registration_id = r.id)
SELECT 'registration ' || coalesce(said.registration, kept.registration) || ' section '
       || coalesce(said.section, kept.section, 0)
       || CASE WHEN kept.registration IS NULL THEN ': said, but not kept'
               ELSE ': kept, but never said' END AS broken
  FROM said FULL JOIN kept USING (id, registration, section)
 WHERE said.registration IS NULL OR kept.registration IS NULL
UNION ALL
SELECT 'key ' || k.key || ' of student ' || k.student_id || ': no registration '
       || k.registration_id
  FROM registration_key k
 WHERE NOT EXISTS (SELECT FROM registration_registration r WHERE r.id = k.registration_id)
