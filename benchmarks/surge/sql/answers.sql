-- Each accepted request with the database's time of the event that decided it.
SELECT s.data->>'registration' AS registration,
       extract(epoch FROM s.recorded_at)::float AS submitted,
       extract(epoch FROM least(v.recorded_at, x.recorded_at))::float AS answered
  FROM bus_event s
  LEFT JOIN LATERAL (SELECT min(recorded_at) AS recorded_at FROM bus_event
                      WHERE flow_id = s.id AND type = 'registration.decided.v1') v ON true
  LEFT JOIN LATERAL (SELECT min(recorded_at) AS recorded_at FROM bus_event
                      WHERE stream = s.stream AND type = 'registration.expired.v1') x ON true
 WHERE s.type = 'registration.submitted.v1' AND (s.data->>'term')::bigint = %(term)s
