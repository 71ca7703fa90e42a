-- name: the ledger books what was captured and refunded
-- meaning: Every captured or refunded amount has its debit and its credit, and nothing else has.
-- at rest: no
WITH moved AS (
    SELECT e.id AS event_id, item.section AS section_id, abs(item.amount) AS amount
      FROM bus_event e
     CROSS JOIN LATERAL jsonb_to_recordset(e.data->'items') AS item(section bigint, amount bigint)
     WHERE e.type IN ('payments.captured.v1', 'payments.refunded.v1') AND item.amount <> 0),
booked AS (
    SELECT event_id, section_id, sum(amount) FILTER (WHERE amount > 0) AS amount
      FROM payments_entry GROUP BY event_id, section_id HAVING sum(abs(amount)) > 0)
SELECT 'fact ' || event_id || ' section ' || section_id || ': moved '
       || coalesce(moved.amount, 0) || ', booked ' || coalesce(booked.amount, 0) AS broken
  FROM moved FULL JOIN booked USING (event_id, section_id)
 WHERE moved.amount IS DISTINCT FROM booked.amount
