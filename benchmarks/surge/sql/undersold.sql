-- Free seats in sections with students on the waitlist.
SELECT s.id, least(p.n, s.seats - coalesce(a.n, 0)) AS empty
  FROM modules_section s
  JOIN (SELECT section_id, count(*) AS n FROM modules_waitlist_entry
         WHERE state = 'waiting' GROUP BY section_id) p ON p.section_id = s.id
  LEFT JOIN (SELECT section_id, count(*) AS n FROM modules_allocation
              WHERE state = 'live' GROUP BY section_id) a ON a.section_id = s.id
 WHERE s.term_id = %(term)s AND least(p.n, s.seats - coalesce(a.n, 0)) > 0
