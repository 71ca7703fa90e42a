"""Projections: how events become rows. Inserts are plain where a second row would be an error."""

from project.bus.projections import EVENT_ID, Projection, rows
from project.events.base import Event
from project.events.modules import SectionChanged
from project.events.payments import (
    AccountChanged,
    Authorised,
    Captured,
    RateChanged,
    Refunded,
    Voided,
)
from project.events.vocabulary import PaymentState, fill_words

TABLES = ("payments_rate", "payments_account", "payments_payment", "payments_ledger_entry")
SECTION_TABLES = ("payments_section_name",)

_RATE = """
INSERT INTO payments_rate (programme, per_credit, limit_)
SELECT data->>'programme', (data->>'per_credit')::bigint, (data->>'limit')::bigint FROM event
    ON CONFLICT (programme) DO UPDATE
   SET per_credit = excluded.per_credit, limit_ = excluded.limit_"""

_ACCOUNT = """
INSERT INTO payments_account (student_id, limit_, authorised, captured)
SELECT (data->>'student')::bigint, (data->>'limit')::bigint, 0, 0 FROM event
    ON CONFLICT (student_id) DO UPDATE SET limit_ = excluded.limit_"""

# A student may have several registrations in one batch: grouped, since a row is updated once.
_SUMS = fill_words("""
UPDATE payments_account a
   SET authorised = a.authorised + moved.amount * ({authorised}),
       captured = a.captured + moved.amount * ({captured})
  FROM (SELECT (event.data->>'student')::bigint AS student, sum(item.amount)::bigint AS amount
          FROM event, jsonb_to_recordset(event.data->'items') AS item(amount bigint, outcome text)
         WHERE item.outcome IS DISTINCT FROM <AuthorisationOutcome.DECLINED>
         GROUP BY 1) moved
 WHERE a.student_id = moved.student AND moved.amount <> 0""")

_AUTHORISED = fill_words("""
INSERT INTO payments_payment
       (id, registration_id, section_id, student_id, amount, state, code, changed_at)
SELECT (event.data->>'registration') || '/' || item.section, (event.data->>'registration')::uuid,
       item.section, (event.data->>'student')::bigint, item.amount,
       coalesce(item.outcome, <AuthorisationOutcome.AUTHORISED>), coalesce(item.code, ''),
       event.recorded_at
  FROM event, jsonb_to_recordset(event.data->'items')
       AS item(section bigint, amount bigint, outcome text, code text)
 WHERE item.code IS DISTINCT FROM <Reason.ALREADY_OVER>""")

_MOVED = """
UPDATE payments_payment p
   SET state = '{state}', changed_at = event.recorded_at
  FROM event, jsonb_to_recordset(event.data->'items') AS item(section bigint)
 WHERE p.registration_id = (event.data->>'registration')::uuid AND p.section_id = item.section"""

# A voided payment keeps its fee; a tombstone has the amount 0.
_VOIDED = fill_words("""
INSERT INTO payments_payment
       (id, registration_id, section_id, student_id, amount, state, code, changed_at)
SELECT (event.data->>'registration') || '/' || item.section, (event.data->>'registration')::uuid,
       item.section, (event.data->>'student')::bigint, item.amount, <PaymentState.VOIDED>, '',
       event.recorded_at
  FROM event, jsonb_to_recordset(event.data->'items') AS item(section bigint, amount bigint)
    ON CONFLICT (registration_id, section_id) DO UPDATE
   SET state = excluded.state, changed_at = excluded.changed_at""")

# Double entry: what the student owes, and what the university earned. A refund is the reverse.
_BOOKED = """
INSERT INTO payments_ledger_entry (id, event_id, registration_id, section_id, account, amount)
SELECT event.id || '/' || item.section || '/' || side.account, event.id,
       (event.data->>'registration')::uuid, item.section, side.account, item.amount * side.sign
  FROM event, jsonb_to_recordset(event.data->'items') AS item(section bigint, amount bigint),
       LATERAL (VALUES ('receivable:' || (event.data->>'student'), {sign}), ('tuition', -({sign})))
       AS side(account, sign)"""

_SECTION = """
INSERT INTO payments_section_name (section_id, module_code, code)
SELECT (data->>'section')::bigint, data->>'module_code', data->>'code' FROM event
    ON CONFLICT (section_id) DO UPDATE
   SET module_code = excluded.module_code, code = excluded.code
 WHERE (payments_section_name.module_code, payments_section_name.code)
       IS DISTINCT FROM (excluded.module_code, excluded.code)"""


def _payments(event: type[Event], sql: str) -> Projection:
    writes = (rows(registration_id="registration"),)
    return Projection(event=event, table="payments_payment", sql=sql, writes=writes)


def _sums(event: type[Event], *, authorised: int, captured: int) -> Projection:
    sql = _SUMS.format(authorised=authorised, captured=captured)
    adds = (rows(student_id="student"),)
    return Projection(event=event, table="payments_account", sql=sql, adds=adds)


def _booked(event: type[Event], sign: int) -> Projection:
    sql, writes = _BOOKED.format(sign=sign), (rows(event_id=EVENT_ID),)
    return Projection(event=event, table="payments_ledger_entry", sql=sql, writes=writes)


PROJECTIONS = (
    Projection(
        event=RateChanged, table="payments_rate", sql=_RATE, writes=(rows(programme="programme"),)
    ),
    Projection(
        event=AccountChanged,
        table="payments_account",
        sql=_ACCOUNT,
        writes=(rows(student_id="student"),),
    ),
    _payments(Authorised, _AUTHORISED),
    _sums(Authorised, authorised=1, captured=0),
    _payments(Captured, _MOVED.format(state=PaymentState.CAPTURED)),
    _sums(Captured, authorised=-1, captured=1),
    _booked(Captured, 1),
    _payments(Voided, _VOIDED),
    _sums(Voided, authorised=-1, captured=0),
    _payments(Refunded, _MOVED.format(state=PaymentState.REFUNDED)),
    _sums(Refunded, authorised=0, captured=-1),
    _booked(Refunded, -1),
)
SECTION_PROJECTIONS = (
    Projection(
        event=SectionChanged,
        table="payments_section_name",
        sql=_SECTION,
        writes=(rows(section_id="section"),),
    ),
)
