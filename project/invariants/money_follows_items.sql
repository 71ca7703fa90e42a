-- name: money and items agree
-- meaning: Captured minus refunded equals the frozen fee for confirmed items, and for those dropped
-- without a refund; zero for others.
-- at rest: yes
WITH moved AS (
    SELECT (e.data->>'registration')::uuid AS registration_id, item.section AS section_id,
           sum(item.amount) FILTER (WHERE e.type = 'payments.captured.v1') AS captured,
           sum(item.amount) FILTER (WHERE e.type = 'payments.refunded.v1') AS refunded,
           max(item.amount) FILTER (WHERE e.type = 'payments.authorised.v1'
                                      AND item.outcome = <AuthorisationOutcome.AUTHORISED>) AS fee
      FROM bus_event e
     CROSS JOIN LATERAL jsonb_to_recordset(e.data->'items')
           AS item(section bigint, amount bigint, outcome text)
     WHERE e.type IN ('payments.authorised.v1', 'payments.captured.v1', 'payments.refunded.v1')
     GROUP BY 1, 2),
kept AS (
    SELECT (e.data->>'registration')::uuid AS registration_id, item.section AS section_id
      FROM bus_event e
     CROSS JOIN LATERAL jsonb_to_recordset(e.data->'items') AS item(section bigint)
     WHERE e.type = 'registration.dropped.v1' AND (e.data->>'refund_percent')::int = 0)
SELECT 'registration ' || i.registration_id || ' section ' || i.section_id || ' ' || i.state
       || ': captured ' || coalesce(m.captured, 0) || ', refunded ' || coalesce(m.refunded, 0)
       || ', fee ' || coalesce(m.fee::text, 'never set') AS broken
  FROM registration_item i
  LEFT JOIN moved m USING (registration_id, section_id)
  LEFT JOIN kept k USING (registration_id, section_id)
 WHERE coalesce(m.captured, 0) - coalesce(m.refunded, 0)
       IS DISTINCT FROM CASE WHEN i.state = <ItemState.CONFIRMED> OR k.section_id IS NOT NULL
                               THEN m.fee ELSE 0 END
