"""Projections of registration's own events, in the transaction that appends the event."""

from project.bus.projections import EVENT_ID, Projection, Rows, rows
from project.events.base import Event
from project.events.registration import (
    BlockChanged,
    CategoryChanged,
    Decided,
    Dropped,
    DropRequested,
    Expired,
    OfferEvaluated,
    PassedOver,
    Refused,
    StudentChanged,
    StudentLeft,
    Submitted,
    WaitlistHalted,
    WindowChanged,
)
from project.events.vocabulary import ItemState, fill_words

TABLES = (
    "registration_category",
    "registration_student",
    "registration_window",
    "registration_block",
    "registration_registration",
    "registration_item",
)

_CATEGORY = """
INSERT INTO registration_category (id, kind, code, name, years, is_retired)
SELECT c.category, c.kind, c.code, c.name, c.years, coalesce(c.retired, false)
  FROM event, jsonb_to_record(event.data)
       AS c(category text, kind text, code text, name text, years int, retired boolean)
ON CONFLICT (id) DO UPDATE
   SET name = excluded.name, years = excluded.years, is_retired = excluded.is_retired"""

_STUDENT = """
INSERT INTO registration_student (id, programme, year, credit_limit_quarters, level, campus,
                                  groups, has_left)
SELECT student.student, student.programme, student.year, student.credit_limit_quarters,
       coalesce(student.level, ''), coalesce(student.campus, ''), coalesce(student.groups, '{}'),
       coalesce(student.has_left, false)
  FROM event, jsonb_to_record(event.data)
       AS student(student bigint, programme text, year int, credit_limit_quarters int, level text,
                  campus text, groups text[], has_left boolean)
ON CONFLICT (id) DO UPDATE
   SET programme = excluded.programme, year = excluded.year,
       credit_limit_quarters = excluded.credit_limit_quarters, level = excluded.level,
       campus = excluded.campus, groups = excluded.groups, has_left = excluded.has_left"""

_STUDENT_LEFT = """
UPDATE registration_student
   SET has_left = true
  FROM event
 WHERE registration_student.id = (event.data->>'student')::bigint"""

_WINDOW_SET = """
INSERT INTO registration_window (id, term_id, programme, year, level, campus, student_group,
                                 opens_at, closes_at)
SELECT w.window_id, w.term, coalesce(w.programme, ''), w.year, coalesce(w.level, ''),
       coalesce(w.campus, ''), coalesce(w."group", ''), w.opens_at, w.closes_at
  FROM (SELECT (event.data->>'window')::bigint AS window_id, record.*
          FROM event, jsonb_to_record(event.data)
               AS record(term bigint, programme text, year int, level text, campus text,
                         "group" text, opens_at timestamptz, closes_at timestamptz,
                         removed boolean)) AS w
 WHERE w.removed IS NOT TRUE
ON CONFLICT (id) DO UPDATE
   SET term_id = excluded.term_id, programme = excluded.programme, year = excluded.year,
       level = excluded.level, campus = excluded.campus, student_group = excluded.student_group,
       opens_at = excluded.opens_at, closes_at = excluded.closes_at"""

_WINDOW_REMOVED = """
DELETE FROM registration_window
 USING event
 WHERE registration_window.id = (event.data->>'window')::bigint
   AND (event.data->>'removed')::boolean"""

_BLOCK_SET = """
INSERT INTO registration_block (id, student_id)
SELECT b.block, b.student
  FROM event, jsonb_to_record(event.data) AS b(block bigint, student bigint, lifted boolean)
 WHERE b.lifted IS NOT TRUE
ON CONFLICT (id) DO UPDATE SET student_id = excluded.student_id"""

_BLOCK_LIFTED = """
DELETE FROM registration_block
 USING event
 WHERE registration_block.id = (event.data->>'block')::bigint
   AND (event.data->>'lifted')::boolean"""

_REGISTRATION = """
INSERT INTO registration_registration
       (id, student_id, term_id, mode, on_full, submitted_at, event_id)
SELECT r.registration, r.student, r.term, r.mode, r.on_full, event.recorded_at, event.id
  FROM event, jsonb_to_record(event.data)
       AS r(registration uuid, student bigint, term bigint, mode text, on_full text)"""

_ITEMS = fill_words("""
INSERT INTO registration_item (registration_id, section_id, ordinal, student_id, module_code,
                               credit_quarters, state, code, drop_requested, changed_at)
SELECT (event.data->>'registration')::uuid, (item->>'section')::bigint, n,
       (event.data->>'student')::bigint, item->>'module', (item->>'credit_quarters')::int,
       <ItemState.PENDING>, '', false, event.recorded_at
  FROM event, jsonb_array_elements(event.data->'items') WITH ORDINALITY AS asked(item, n)""")

_DROP_REQUESTED = """
UPDATE registration_item
   SET drop_requested = true
  FROM event
 WHERE registration_id = (event.data->>'registration')::uuid
   AND section_id = (event.data->>'section')::bigint"""

_OFFERED = fill_words("""
UPDATE registration_item
   SET state = <ItemState.OFFERED>, code = '', changed_at = event.recorded_at
  FROM event
 WHERE registration_id = (event.data->>'registration')::uuid
   AND section_id = (event.data->>'section')::bigint
   AND event.data->>'outcome' = <OfferOutcome.OFFERED>
   AND state = <ItemState.WAITLISTED>""")

_PASSED_OVER = fill_words("""
UPDATE registration_item
   SET code = event.data->>'code', changed_at = event.recorded_at
  FROM event
 WHERE registration_id = (event.data->>'registration')::uuid
   AND section_id = (event.data->>'section')::bigint
   AND state = <ItemState.WAITLISTED>""")

_HALTED = fill_words("""
UPDATE registration_item
   SET code = CASE WHEN (event.data->>'resumed')::boolean THEN '' ELSE <Reason.CLOSED_SECTION> END,
       changed_at = event.recorded_at
  FROM event
 WHERE registration_id = (event.data->>'registration')::uuid
   AND section_id = (event.data->>'section')::bigint
   AND state = <ItemState.WAITLISTED>""")

_DECIDED = fill_words("""
UPDATE registration_item
   SET state = decided.state, code = coalesce(decided.code, ''), changed_at = event.recorded_at
  FROM event, jsonb_to_recordset(event.data->'items')
       AS decided(section bigint, state text, code text)
 WHERE registration_id = (event.data->>'registration')::uuid
   AND section_id = decided.section
   AND registration_item.state IN <UNCONFIRMED_STATES>""")

_ENDED = fill_words("""
UPDATE registration_item
   SET state = '{state}', code = coalesce(over.code, ''), changed_at = event.recorded_at
  FROM event, jsonb_to_recordset(event.data->'items') AS over(section bigint, code text)
 WHERE registration_id = (event.data->>'registration')::uuid
   AND section_id = over.section
   AND state IN <LIVE_STATES>""")

_REGISTRATION_DECIDED = """
UPDATE registration_registration
   SET decided_at = event.recorded_at
  FROM event
 WHERE registration_registration.id = (event.data->>'registration')::uuid
   AND decided_at IS NULL"""

# An expiry decides the registration unless another of its items is still pending.
_DECIDED_BY_EXPIRY = fill_words("""
UPDATE registration_registration
   SET decided_at = event.recorded_at
  FROM event
 WHERE registration_registration.id = (event.data->>'registration')::uuid
   AND decided_at IS NULL
   AND NOT EXISTS (
       SELECT 1 FROM registration_item AS other
        WHERE other.registration_id = registration_registration.id
          AND other.state = <ItemState.PENDING>
          AND NOT event.data->'items' @> jsonb_build_array(
                  jsonb_build_object('section', other.section_id)))""")


def _by_id(event: type[Event], what: str, sql: str) -> Projection:
    return Projection(event=event, table=f"registration_{what}", sql=sql, writes=(rows(id=what),))


def _on_registration(
    event: type[Event], sql: str, *more: Rows, reads: tuple[tuple[str, Rows], ...] = ()
) -> Projection:
    writes = (rows(id="registration"), *more)
    return Projection(
        event=event, table="registration_registration", sql=sql, writes=writes, reads=reads
    )


_ITEMS_OF_REGISTRATION = rows(registration_id="registration")


def _on_item(event: type[Event], sql: str, *, section: str = "items.section") -> Projection:
    # A student has one live item per section: it ends before the section is submitted again.
    writes = (_ITEMS_OF_REGISTRATION, rows(student_id="student", section_id=section))
    return Projection(event=event, table="registration_item", sql=sql, writes=writes)


PROJECTIONS = (
    _by_id(CategoryChanged, "category", _CATEGORY),
    _by_id(StudentChanged, "student", _STUDENT),
    _by_id(StudentLeft, "student", _STUDENT_LEFT),
    _by_id(WindowChanged, "window", _WINDOW_SET),
    _by_id(WindowChanged, "window", _WINDOW_REMOVED),
    _by_id(BlockChanged, "block", _BLOCK_SET),
    _by_id(BlockChanged, "block", _BLOCK_LIFTED),
    _on_registration(Submitted, _REGISTRATION, rows(event_id=EVENT_ID)),
    _on_item(Submitted, _ITEMS),
    _on_item(DropRequested, _DROP_REQUESTED, section="section"),
    _on_item(OfferEvaluated, _OFFERED, section="section"),
    _on_item(PassedOver, _PASSED_OVER, section="section"),
    _on_item(WaitlistHalted, _HALTED, section="section"),
    _on_item(Decided, _DECIDED),
    _on_registration(Decided, _REGISTRATION_DECIDED),
    # Refused and Dropped of a decision follow its Decided and change nothing here.
    _on_item(Refused, _ENDED.format(state=ItemState.REFUSED)),
    _on_item(Dropped, _ENDED.format(state=ItemState.DROPPED)),
    _on_item(Expired, _ENDED.format(state=ItemState.EXPIRED)),
    _on_registration(
        Expired, _DECIDED_BY_EXPIRY, reads=(("registration_item", _ITEMS_OF_REGISTRATION),)
    ),
)
