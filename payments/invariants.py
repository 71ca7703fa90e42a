"""What must always be true of the tables and events of `payments`."""

from project.bus.registry import Invariant
from project.events.vocabulary import fill_words

_TWICE = """
SELECT data->>'registration' AS registration, item->>'section' AS section, count(*)::text AS times
  FROM bus_event, jsonb_array_elements(data->'items') AS item
 WHERE type = '{type}' GROUP BY 1, 2 HAVING count(*) > 1"""

_NOT_BOOKED = """
WITH moved AS (
    SELECT e.id AS event_id, item.section AS section_id, abs(item.amount) AS amount
      FROM bus_event e
     CROSS JOIN LATERAL jsonb_to_recordset(e.data->'items') AS item(section bigint, amount bigint)
     WHERE e.type IN ('payments.captured.v1', 'payments.refunded.v1') AND item.amount <> 0),
booked AS (
    SELECT event_id, section_id, sum(amount) FILTER (WHERE amount > 0) AS amount
      FROM payments_ledger_entry GROUP BY event_id, section_id HAVING sum(abs(amount)) > 0)
SELECT 'event ' || event_id || ' section ' || section_id || ': moved '
       || coalesce(moved.amount, 0) || ', booked ' || coalesce(booked.amount, 0) AS broken
  FROM moved FULL JOIN booked USING (event_id, section_id)
 WHERE moved.amount IS DISTINCT FROM booked.amount"""

INVARIANTS = (
    Invariant(
        name="each booking sums to zero",
        check="SELECT event_id::text AS event, sum(amount)::text AS sum FROM payments_ledger_entry"
        " GROUP BY event_id HAVING sum(amount) <> 0",
    ),
    Invariant(
        name="at most one capture per item", check=_TWICE.format(type="payments.captured.v1")
    ),
    Invariant(name="at most one refund per item", check=_TWICE.format(type="payments.refunded.v1")),
    Invariant(
        name="account sums equal payments",
        check=fill_words("""
SELECT a.student_id::text AS student, a.authorised::text AS authorised,
       a.captured::text AS captured, p.authorised::text AS payments_authorised,
       p.captured::text AS payments_captured
  FROM payments_account a
  LEFT JOIN (SELECT student_id,
                    sum(amount) FILTER (WHERE state = <PaymentState.AUTHORISED>) AS authorised,
                    sum(amount) FILTER (WHERE state = <PaymentState.CAPTURED>) AS captured
               FROM payments_payment GROUP BY student_id) p USING (student_id)
 WHERE (a.authorised, a.captured) <> (coalesce(p.authorised, 0), coalesce(p.captured, 0))"""),
    ),
    Invariant(
        name="what students owe in the ledger is what their accounts say",
        check="""
SELECT coalesce(a.account, e.account) AS account, a.captured::text AS captured,
       e.amount::text AS ledger
  FROM (SELECT 'receivable:' || student_id AS account, captured FROM payments_account) a
  FULL JOIN (SELECT account, sum(amount) AS amount FROM payments_ledger_entry
              WHERE account <> 'tuition' GROUP BY account) e USING (account)
 WHERE coalesce(a.captured, 0) <> coalesce(e.amount, 0)""",
    ),
    Invariant(
        name="the ledger books what was captured and refunded",
        meaning="Every captured or refunded amount has its debit and its credit, and nothing "
        "else has.",
        check=_NOT_BOOKED,
    ),
)
