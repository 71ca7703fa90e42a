-- name: streams without gap or double
-- meaning: The versions of every stream are 1, 2, 3 and so on.
-- at rest: no
SELECT 'stream ' || stream || ': ' || count(*) || ' facts, versions ' || min(version) || ' to '
       || max(version) AS broken
  FROM bus_event
 GROUP BY stream
HAVING min(version) <> 1 OR max(version) <> count(*) OR count(DISTINCT version) <> count(*)
