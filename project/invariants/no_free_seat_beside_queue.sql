-- name: nobody queues for a section with a free seat
-- meaning: The twin of overselling: no seat stays empty while someone waits for it.
-- at rest: yes
SELECT 'section ' || s.id || ': ' || coalesce((s.seats - coalesce(a.n, 0))::text, 'unlimited')
       || ' free seats, ' || p.n || ' waiting' AS broken
  FROM modules_section s
  JOIN (SELECT section_id, count(*) AS n FROM modules_place
         WHERE state = 'waiting' GROUP BY section_id) p ON p.section_id = s.id
  LEFT JOIN (SELECT section_id, count(*) AS n FROM modules_allocation
              WHERE state = 'live' GROUP BY section_id) a ON a.section_id = s.id
 WHERE s.is_open AND (s.seats IS NULL OR s.seats > coalesce(a.n, 0))
