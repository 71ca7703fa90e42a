-- name: sections count what there is
-- meaning: taken and waiting of a section equal its live allocations and the places in its queue.
-- at rest: no
SELECT 'section ' || s.id || ': taken ' || s.taken || ' of ' || coalesce(a.n, 0)
       || ' live, waiting ' || s.waiting || ' of ' || coalesce(p.n, 0) || ' places' AS broken
  FROM modules_section s
  LEFT JOIN (SELECT section_id, count(*) AS n FROM modules_allocation
              WHERE state = 'live' GROUP BY section_id) a ON a.section_id = s.id
  LEFT JOIN (SELECT section_id, count(*) AS n FROM modules_place
              WHERE state = 'waiting' GROUP BY section_id) p ON p.section_id = s.id
 WHERE s.taken <> coalesce(a.n, 0) OR s.waiting <> coalesce(p.n, 0)
