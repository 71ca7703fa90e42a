-- name: items take legal steps only
-- meaning: Within each flow every item goes through the states of the design in their order; an
-- item is confirmed once at most, ends once at most, and is never confirmed after its end.
-- at rest: no
WITH step AS (
    SELECT e.id, coalesce(e.flow_id, e.id) AS flow, (e.data->>'registration') AS registration,
           coalesce(item.section, (e.data->>'section')::bigint) AS section,
           CASE e.type
               WHEN 'registration.submitted.v1' THEN <ItemState.PENDING>
               WHEN 'modules.seats_decided.v1' THEN 'seats: ' || item.outcome
               WHEN 'modules.seat_offered.v1' THEN <ItemState.OFFERED>
               WHEN 'registration.offer_evaluated.v1' THEN 'offer: ' || (e.data->>'outcome')
               WHEN 'payments.authorised.v1' THEN 'money: ' || item.outcome
               ELSE item.state
           END AS now
      FROM bus_event e
      LEFT JOIN LATERAL jsonb_to_recordset(
               CASE WHEN e.data ? 'items' THEN e.data->'items' ELSE '[{}]' END)
           AS item(section bigint, outcome text, state text) ON true
     WHERE e.type IN ('registration.submitted.v1', 'modules.seats_decided.v1',
                      'modules.seat_offered.v1', 'registration.offer_evaluated.v1',
                      'payments.authorised.v1', 'registration.decided.v1')),
ending AS (
    SELECT e.id, e.type, e.data->>'registration' AS registration, item.section
      FROM bus_event e
     CROSS JOIN LATERAL jsonb_to_recordset(e.data->'items') AS item(section bigint)
     WHERE e.type IN ('registration.dropped.v1', 'registration.refused.v1',
                      'registration.expired.v1')),
pair AS (
    SELECT *, lag(now, 1, 'nothing') OVER (PARTITION BY flow, registration, section ORDER BY id)
              AS was
      FROM step),
legal (was, now) AS (VALUES
    ('nothing', <ItemState.PENDING>),
    ('nothing', <ItemState.OFFERED>),
    (<ItemState.PENDING>, 'seats: ' || <SeatOutcome.SEATED>),
    (<ItemState.PENDING>, 'seats: ' || <SeatOutcome.WAITLISTED>),
    (<ItemState.PENDING>, 'seats: ' || <SeatOutcome.REFUSED>),
    ('seats: ' || <SeatOutcome.SEATED>, 'money: ' || <AuthorisationOutcome.AUTHORISED>),
    ('seats: ' || <SeatOutcome.SEATED>, 'money: ' || <AuthorisationOutcome.DECLINED>),
    ('seats: ' || <SeatOutcome.WAITLISTED>, <ItemState.WAITLISTED>),
    ('seats: ' || <SeatOutcome.WAITLISTED>, <ItemState.REFUSED>),
    ('seats: ' || <SeatOutcome.WAITLISTED>, <ItemState.DROPPED>),
    ('seats: ' || <SeatOutcome.REFUSED>, <ItemState.REFUSED>),
    ('seats: ' || <SeatOutcome.REFUSED>, <ItemState.DROPPED>),
    (<ItemState.OFFERED>, 'offer: ' || <OfferOutcome.OFFERED>),
    (<ItemState.OFFERED>, 'offer: ' || <OfferOutcome.REFUSED>),
    ('offer: ' || <OfferOutcome.OFFERED>, 'money: ' || <AuthorisationOutcome.AUTHORISED>),
    ('offer: ' || <OfferOutcome.OFFERED>, 'money: ' || <AuthorisationOutcome.DECLINED>),
    (<ItemState.OFFERED>, 'offer: ' || <OfferOutcome.PASSED_OVER>),
    ('offer: ' || <OfferOutcome.REFUSED>, <ItemState.REFUSED>),
    ('money: ' || <AuthorisationOutcome.AUTHORISED>, <ItemState.CONFIRMED>),
    ('money: ' || <AuthorisationOutcome.AUTHORISED>, <ItemState.REFUSED>),
    ('money: ' || <AuthorisationOutcome.AUTHORISED>, <ItemState.DROPPED>),
    ('money: ' || <AuthorisationOutcome.DECLINED>, <ItemState.REFUSED>),
    ('money: ' || <AuthorisationOutcome.DECLINED>, <ItemState.DROPPED>))
SELECT 'registration ' || registration || ' section ' || section || ': from ' || was || ' to '
       || now || ' by event ' || id AS broken
  FROM pair
 WHERE NOT EXISTS (SELECT FROM legal l WHERE l.was = pair.was AND l.now = pair.now)
UNION ALL
SELECT 'registration ' || registration || ' section ' || section || ': confirmed '
       || count(*) || ' times'
  FROM step WHERE now = <ItemState.CONFIRMED>
 GROUP BY registration, section
HAVING count(*) > 1
UNION ALL
SELECT 'registration ' || registration || ' section ' || section || ': ended ' || count(*)
       || ' times'
  FROM ending
 GROUP BY registration, section
HAVING count(*) > 1
UNION ALL
SELECT 'registration ' || registration || ' section ' || section
       || ': confirmed by event ' || s.id || ' after its end by event ' || d.id
  FROM step s JOIN ending d USING (registration, section)
 WHERE s.now = <ItemState.CONFIRMED> AND s.id > d.id
