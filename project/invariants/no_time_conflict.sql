-- name: no conflict in any schedule
-- meaning: When a student was given a section, it met at no time when another section of the
-- student's did. A pair that conflicts only because staff moved a section since is listed.
-- at rest: no
WITH version AS (
    SELECT id, (data->>'section')::bigint AS section_id, (data->>'term')::bigint AS term_id,
           data->'meetings' AS meetings, (data->>'starts_on')::date AS starts_on,
           (data->>'ends_on')::date AS ends_on, lead(id) OVER newer AS until,
           lead(recorded_at) OVER newer AS until_at
      FROM bus_event
     WHERE type = 'modules.section_changed.v1'
    WINDOW newer AS (PARTITION BY stream ORDER BY version)),
meeting AS (
    SELECT v.id AS version, v.section_id, v.term_id, v.starts_on, v.ends_on, m.day, m.date,
           m.start, m."end"
      FROM version v
     CROSS JOIN LATERAL jsonb_to_recordset(coalesce(v.meetings, '[]'))
           AS m(day int, date text, start int, "end" int)),
-- Nobody is blamed for a day that was outside of the term, or in a break, at some time.
term AS (
    SELECT (data->>'term')::bigint AS id, max((data->>'starts_on')::date) AS starts_on,
           min((data->>'ends_on')::date) AS ends_on
      FROM bus_event WHERE type = 'modules.term_changed.v1' GROUP BY 1),
break AS (
    SELECT (data->>'term')::bigint AS term_id, (one->>'starts_on')::date AS starts_on,
           (one->>'ends_on')::date AS ends_on
      FROM bus_event, jsonb_array_elements(coalesce(data->'breaks', '[]')) AS one
     WHERE type = 'modules.term_changed.v1'),
-- A waitlisted section is given when its offer is evaluated, any other when it is submitted.
offered AS (
    SELECT (data->>'registration')::uuid AS registration_id,
           (data->>'section')::bigint AS section_id, max(id) AS event_id
      FROM bus_event
     WHERE type = 'registration.offer_evaluated.v1' AND data->>'outcome' = <OfferOutcome.OFFERED>
     GROUP BY 1, 2),
given AS (
    SELECT i.student_id, s.term_id, i.section_id, coalesce(o.event_id, r.event_id) AS event_id
      FROM registration_item i
      JOIN modules_section s ON s.id = i.section_id
      JOIN registration_registration r ON r.id = i.registration_id
      LEFT JOIN offered o USING (registration_id, section_id)
     WHERE i.state IN <SCHEDULE_STATES>),
pair AS (
    SELECT a.student_id, a.section_id AS one, b.section_id AS other,
           greatest(a.event_id, b.event_id) AS event_id
      FROM given a
      JOIN given b ON b.student_id = a.student_id AND b.term_id = a.term_id
       AND b.section_id > a.section_id),
conflict AS (
    SELECT DISTINCT p.one, p.other, a.version AS one_version, b.version AS other_version
      FROM (SELECT DISTINCT one, other FROM pair) p
      JOIN meeting a ON a.section_id = p.one
      JOIN meeting b ON b.section_id = p.other AND a.start < b."end" AND b.start < a."end"
       AND (a.day = b.day OR a.date = b.date)
      JOIN term t ON t.id = a.term_id
     CROSS JOIN LATERAL (
           SELECT greatest(a.starts_on, b.starts_on, t.starts_on) AS first,
                  least(a.ends_on, b.ends_on, t.ends_on) AS last) days
     WHERE a.date IS NOT NULL OR days.first IS NULL OR days.last IS NULL
        OR EXISTS (
           SELECT FROM generate_series(days.first, days.last, interval '1 day') AS held
            WHERE extract(isodow FROM held) = a.day + 1
              AND NOT EXISTS (SELECT FROM break
                               WHERE break.term_id = a.term_id
                                 AND held BETWEEN break.starts_on AND break.ends_on))),
-- Submission reads a copy of the catalogue that follows the original within moments, so a change
-- of the last ten minutes may or may not have been known.
then_known AS (
    SELECT p.student_id, p.one, p.other,
           bool_and((a.id, b.id) IN (SELECT one_version, other_version FROM conflict))
               AS is_conflict
      FROM pair p
      JOIN bus_event given ON given.id = p.event_id
      JOIN version a ON a.section_id = p.one AND a.id < p.event_id
       AND (coalesce(a.until, p.event_id) >= p.event_id
            OR a.until_at > given.recorded_at - interval '10 minutes')
      JOIN version b ON b.section_id = p.other AND b.id < p.event_id
       AND (coalesce(b.until, p.event_id) >= p.event_id
            OR b.until_at > given.recorded_at - interval '10 minutes')
     WHERE (p.one, p.other) IN (SELECT one, other FROM conflict)
     GROUP BY p.student_id, p.one, p.other),
now_known AS (
    SELECT p.student_id, p.one, p.other
      FROM pair p
      JOIN conflict c USING (one, other)
      JOIN version a ON a.id = c.one_version AND a.until IS NULL
      JOIN version b ON b.id = c.other_version AND b.until IS NULL)
SELECT DISTINCT 'student ' || student_id || ': sections ' || one || ' and ' || other
       || CASE WHEN t.is_conflict THEN ' met at the same time when they were given'
               ELSE ' meet at the same time since one was moved' END AS broken,
       t.is_conflict IS NOT TRUE AS changed_since
  FROM then_known t FULL JOIN now_known n USING (student_id, one, other)
 WHERE t.is_conflict OR n.one IS NOT NULL
