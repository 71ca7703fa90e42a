-- Submissions of the run per batch that carried them, on average.
SELECT coalesce(avg(n), 0)::float
  FROM (SELECT count(*) AS n FROM bus_event e JOIN bus_position l ON l.event_id = e.id
         WHERE e.type = 'registration.submitted.v1' AND (e.data->>'term')::bigint = %(term)s
         GROUP BY l.batch_id) batch
