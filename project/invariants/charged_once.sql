-- name: at most one capture and one refund
-- meaning: No item is charged twice or paid back twice, and none is paid back uncharged.
-- at rest: no
SELECT 'registration ' || (e.data->>'registration') || ' section ' || item.section || ': '
       || count(*) FILTER (WHERE e.type = 'payments.captured.v1') || ' captures, '
       || count(*) FILTER (WHERE e.type = 'payments.refunded.v1') || ' refunds' AS broken
  FROM bus_event e
 CROSS JOIN LATERAL jsonb_to_recordset(e.data->'items') AS item(section bigint)
 WHERE e.type IN ('payments.captured.v1', 'payments.refunded.v1')
 GROUP BY e.data->>'registration', item.section
HAVING count(*) FILTER (WHERE e.type = 'payments.captured.v1') > 1
    OR count(*) FILTER (WHERE e.type = 'payments.refunded.v1')
       > count(*) FILTER (WHERE e.type = 'payments.captured.v1')
