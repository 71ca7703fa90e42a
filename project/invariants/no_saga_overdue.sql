-- name: no saga overdue
-- meaning: At rest every batch has gone through all its steps and nothing is left to publish.
-- at rest: yes
SELECT 'batch ' || id || ' (' || flow || '): at ' || step AS broken
  FROM bus_batch
 WHERE step IS NOT NULL
UNION ALL
SELECT 'fact ' || event_id || ': still in the outbox'
  FROM bus_outbox
