-- name: every decision is announced once
-- meaning: Every decision has exactly one announcement and one inbox row.
-- at rest: yes
SELECT 'registration ' || (s.data->>'registration') || ' answer ' || s.id || ': '
       || count(a.id) || ' announcements, ' || count(i.event_id) || ' inbox rows' AS broken
  FROM bus_event s
  LEFT JOIN bus_event a ON a.flow_id = s.flow_id AND a.type = 'notifications.announced.v1'
  LEFT JOIN notifications_inbox i ON i.event_id = a.id
 WHERE s.type = 'registration.decided.v1'
 GROUP BY s.id, s.data
HAVING count(a.id) <> 1 OR count(i.event_id) <> 1
