-- name: the ledger sums to zero
-- meaning: What one fact books on one account, it books off another.
-- at rest: no
SELECT 'fact ' || event_id || ': entries sum to ' || sum(amount) AS broken
  FROM payments_entry
 GROUP BY event_id
HAVING sum(amount) <> 0
