-- Allocations beyond the seats: above the seats of a section, or a second one on a seat.
SELECT s.id, greatest(count(*) - s.seats, count(a.seat) - count(DISTINCT a.seat), 0) AS beyond
  FROM modules_section s
  JOIN modules_allocation a ON a.section_id = s.id AND a.state = 'live'
 WHERE s.term_id = %(term)s
 GROUP BY s.id, s.seats
HAVING greatest(count(*) - s.seats, count(a.seat) - count(DISTINCT a.seat), 0) > 0
