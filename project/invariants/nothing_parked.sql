-- name: nothing is parked
-- meaning: No item waits for a person to mend what keeps it from going on.
-- at rest: yes
SELECT task || ' fact ' || coalesce(cause::text, '-') || ': ' || left(error, 100) AS broken
  FROM bus_parked
 WHERE resolved_at IS NULL
