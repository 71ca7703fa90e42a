"""How events become rows: the only SQL that writes the tables of `modules`, live and in replay."""

from project.bus.projections import Projection, rows
from project.events.modules import (
    ModuleChanged,
    RoomChanged,
    SeatOffered,
    SeatsDecided,
    SeatsReleased,
    SectionChanged,
    TermChanged,
)
from project.events.registration import WindowChanged
from project.events.vocabulary import fill_words

CATALOGUE = ("modules_term", "modules_module", "modules_section", "modules_room")
TABLES = (*CATALOGUE, "modules_allocation", "modules_waitlist_entry")
WINDOW_TABLES = ("modules_window",)

_TERM = """
INSERT INTO modules_term (id, code, name, starts_on, ends_on, add_until, drop_until, refund_until,
                          is_draft, is_paused, breaks, parts)
SELECT (data->>'term')::bigint, data->>'code', data->>'name', (data->>'starts_on')::date,
       (data->>'ends_on')::date, (data->>'add_until')::timestamptz,
       (data->>'drop_until')::timestamptz, (data->>'refund_until')::timestamptz,
       coalesce((data->>'is_draft')::boolean, false),
       coalesce((data->>'is_paused')::boolean, false),
       coalesce(data->'breaks', '[]'), coalesce(data->'parts', '[]')
  FROM event
    ON CONFLICT (id) DO UPDATE
   SET code = excluded.code, name = excluded.name, starts_on = excluded.starts_on,
       ends_on = excluded.ends_on, add_until = excluded.add_until,
       drop_until = excluded.drop_until, refund_until = excluded.refund_until,
       is_draft = excluded.is_draft, is_paused = excluded.is_paused,
       breaks = excluded.breaks, parts = excluded.parts"""

# One batch may contain several events of one window: the newest counts.
_NEWEST_WINDOWS = """
WITH newest AS (
    SELECT DISTINCT ON (w.number) w.number, w.term, w.opens_at, w.closes_at, w.removed
      FROM (SELECT (event.data->>'window')::bigint AS number, event.version, record.*
              FROM event, jsonb_to_record(event.data)
                   AS record(term bigint, opens_at timestamptz, closes_at timestamptz,
                             removed boolean)) AS w
     ORDER BY w.number, w.version DESC)"""

_WINDOW_SET = """<newest>
INSERT INTO modules_window (id, term_id, opens_at, closes_at)
SELECT number, term, opens_at, closes_at FROM newest WHERE removed IS NOT TRUE
    ON CONFLICT (id) DO UPDATE
   SET term_id = excluded.term_id, opens_at = excluded.opens_at, closes_at = excluded.closes_at"""

_WINDOW_REMOVED = """<newest>
DELETE FROM modules_window w USING newest WHERE w.id = newest.number AND newest.removed"""

_MODULE = """
INSERT INTO modules_module (id, code, title, credit_quarters, credit_quarters_max, department,
                            requires, requirement_note)
SELECT (data->>'module')::bigint, data->>'code', data->>'title', (data->>'credit_quarters')::int,
       (data->>'credit_quarters_max')::int, coalesce(data->>'department', ''),
       coalesce(data->'requires', '[]'), coalesce(data->>'requirement_note', '')
  FROM event
    ON CONFLICT (id) DO UPDATE
   SET code = excluded.code, title = excluded.title, credit_quarters = excluded.credit_quarters,
       credit_quarters_max = excluded.credit_quarters_max, department = excluded.department,
       requires = excluded.requires, requirement_note = excluded.requirement_note"""

_ROOM = """
INSERT INTO modules_room (id, name, capacity)
SELECT (data->>'room')::bigint, data->>'name', (data->>'capacity')::int
  FROM event
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, capacity = excluded.capacity"""

_SECTION = """
INSERT INTO modules_section (id, term_id, module_id, code, seats, is_open, credit_quarters,
                             credit_quarters_max, meetings, instructor, starts_on, ends_on, part,
                             taken, waiting)
SELECT (data->>'section')::bigint, (data->>'term')::bigint, (data->>'module')::bigint,
       data->>'code', (data->>'seats')::int, coalesce((data->>'is_open')::boolean, true),
       (data->>'credit_quarters')::int, (data->>'credit_quarters_max')::int,
       coalesce(data->'meetings', '[]'), coalesce(data->>'instructor', ''),
       (data->>'starts_on')::date, (data->>'ends_on')::date, coalesce(data->>'part', ''), 0, 0
  FROM event
    ON CONFLICT (id) DO UPDATE
   SET code = excluded.code, seats = excluded.seats, is_open = excluded.is_open,
       credit_quarters = excluded.credit_quarters,
       credit_quarters_max = excluded.credit_quarters_max, meetings = excluded.meetings,
       instructor = excluded.instructor, starts_on = excluded.starts_on,
       ends_on = excluded.ends_on, part = excluded.part"""

_SEATED = fill_words("""
INSERT INTO modules_allocation (fencing_token, registration_id, section_id, student_id, seat,
                                state, taken_at, flow_id)
SELECT item.fencing_token, (event.data->>'registration')::uuid, item.section,
       (event.data->>'student')::bigint, item.seat, <AllocationState.LIVE>,
       event.recorded_at, event.id
  FROM event, jsonb_to_recordset(event.data->'items')
       AS item(section bigint, outcome text, seat int, fencing_token bigint)
 WHERE item.outcome = <SeatOutcome.SEATED>""")

_WAITLISTED = fill_words("""
INSERT INTO modules_waitlist_entry (id, registration_id, section_id, student_id, position, state)
SELECT md5(concat(event.data->>'registration', ':', item.section))::uuid,
       (event.data->>'registration')::uuid, item.section, (event.data->>'student')::bigint,
       item.position, <WaitlistState.WAITING>
  FROM event, jsonb_to_recordset(event.data->'items')
       AS item(section bigint, outcome text, position bigint)
 WHERE item.outcome = <SeatOutcome.WAITLISTED>""")

_COUNT_DECIDED = fill_words("""
UPDATE modules_section s SET taken = s.taken + d.seated, waiting = s.waiting + d.waitlisted
  FROM (SELECT item.section, count(*) FILTER (WHERE item.outcome = <SeatOutcome.SEATED>) AS seated,
               count(*) FILTER (WHERE item.outcome = <SeatOutcome.WAITLISTED>) AS waitlisted
          FROM event, jsonb_to_recordset(event.data->'items') AS item(section bigint, outcome text)
         WHERE item.outcome <> <SeatOutcome.REFUSED>
         GROUP BY item.section) d
 WHERE s.id = d.section""")

_OFFERED_SEAT = fill_words("""
INSERT INTO modules_allocation (fencing_token, registration_id, section_id, student_id, seat,
                                state, taken_at, flow_id)
SELECT (data->>'fencing_token')::bigint, (data->>'registration')::uuid, (data->>'section')::bigint,
       (data->>'student')::bigint, (data->>'seat')::int, <AllocationState.LIVE>, recorded_at, id
  FROM event""")

_OFFERED_ENTRY = fill_words("""
UPDATE modules_waitlist_entry w SET state = <WaitlistState.OFFERED>
  FROM event
 WHERE w.registration_id = (event.data->>'registration')::uuid
   AND w.section_id = (event.data->>'section')::bigint""")

_COUNT_OFFERED = """
UPDATE modules_section s SET taken = s.taken + d.offered, waiting = s.waiting - d.offered
  FROM (SELECT (data->>'section')::bigint AS section, count(*) AS offered FROM event GROUP BY 1) d
 WHERE s.id = d.section"""

_RELEASED_SEAT = fill_words("""
UPDATE modules_allocation a SET state = <AllocationState.RELEASED>, released_at = event.recorded_at
  FROM event, jsonb_to_recordset(event.data->'items') AS item(was text, fencing_token bigint)
 WHERE item.was IN <RELEASED_SEATS> AND a.fencing_token = item.fencing_token""")

_LEFT = fill_words("""
UPDATE modules_waitlist_entry w SET state = <WaitlistState.LEFT>
  FROM event, jsonb_to_recordset(event.data->'items') AS item(section bigint, was text)
 WHERE w.registration_id = (event.data->>'registration')::uuid
   AND w.section_id = item.section AND item.was <> <Released.PASSED_OVER>
   AND w.state <> <WaitlistState.LEFT>""")

_PASSED_OVER = fill_words("""
UPDATE modules_waitlist_entry w SET state = <WaitlistState.PASSED_OVER>
  FROM event, jsonb_to_recordset(event.data->'items') AS item(section bigint, was text)
 WHERE w.registration_id = (event.data->>'registration')::uuid
   AND w.section_id = item.section AND item.was = <Released.PASSED_OVER>""")

# The tombstone of an item that ended before its submission was decided. A student who had a seat
# there needs none.
_TOMBSTONE = fill_words("""
INSERT INTO modules_waitlist_entry (id, registration_id, section_id, student_id, position, state)
SELECT md5(concat(event.data->>'registration', ':', item.section))::uuid,
       (event.data->>'registration')::uuid, item.section, (event.data->>'student')::bigint,
       NULL, <WaitlistState.LEFT>
  FROM event, jsonb_to_recordset(event.data->'items') AS item(section bigint, was text)
 WHERE item.was = <Released.NOTHING>
   AND NOT EXISTS (SELECT FROM modules_allocation a
                    WHERE a.registration_id = (event.data->>'registration')::uuid
                      AND a.section_id = item.section)
    ON CONFLICT (registration_id, section_id) DO NOTHING""")

_COUNT_RELEASED = fill_words("""
UPDATE modules_section s SET taken = s.taken - d.freed, waiting = s.waiting - d.gone
  FROM (SELECT item.section,
               count(*) FILTER (WHERE item.was IN <RELEASED_SEATS>) AS freed,
               count(*) FILTER (WHERE item.was = <Released.WAITING>)
                 - count(*) FILTER (WHERE item.was = <Released.PASSED_OVER>) AS gone
          FROM event, jsonb_to_recordset(event.data->'items') AS item(section bigint, was text)
         WHERE item.was <> <Released.NOTHING>
         GROUP BY item.section) d
 WHERE s.id = d.section""")

# A seat, and a student in a section, have one live row at a time: releases are written before new
# allocations.
_SEATS = (
    rows(registration_id="registration"),
    rows(section_id="items.section", seat="items.seat"),
    rows(section_id="items.section", student_id="student"),
)
_ENTRIES = (
    rows(registration_id="registration"),
    rows(section_id="items.section", student_id="student"),
)
_COUNTS = (rows(id="items.section"),)
_SEAT = (
    rows(registration_id="registration"),
    rows(section_id="section", seat="seat"),
    rows(section_id="section", student_id="student"),
)
_ENTRY = (
    rows(registration_id="registration"),
    rows(section_id="section", student_id="student"),
)
_COUNT = (rows(id="section"),)
_FOR_TOMBSTONES = (("modules_allocation", rows(registration_id="registration")),)

PROJECTIONS = (
    Projection(event=RoomChanged, table="modules_room", sql=_ROOM, writes=(rows(id="room"),)),
    Projection(event=TermChanged, table="modules_term", sql=_TERM, writes=(rows(id="term"),)),
    Projection(
        event=ModuleChanged, table="modules_module", sql=_MODULE, writes=(rows(id="module"),)
    ),
    Projection(
        event=SectionChanged, table="modules_section", sql=_SECTION, writes=(rows(id="section"),)
    ),
    Projection(event=SeatsDecided, table="modules_allocation", sql=_SEATED, writes=_SEATS),
    Projection(
        event=SeatsDecided, table="modules_waitlist_entry", sql=_WAITLISTED, writes=_ENTRIES
    ),
    Projection(event=SeatsDecided, table="modules_section", sql=_COUNT_DECIDED, adds=_COUNTS),
    Projection(event=SeatOffered, table="modules_allocation", sql=_OFFERED_SEAT, writes=_SEAT),
    Projection(
        event=SeatOffered, table="modules_waitlist_entry", sql=_OFFERED_ENTRY, writes=_ENTRY
    ),
    Projection(event=SeatOffered, table="modules_section", sql=_COUNT_OFFERED, adds=_COUNT),
    Projection(event=SeatsReleased, table="modules_allocation", sql=_RELEASED_SEAT, writes=_SEATS),
    Projection(event=SeatsReleased, table="modules_waitlist_entry", sql=_LEFT, writes=_ENTRIES),
    Projection(
        event=SeatsReleased, table="modules_waitlist_entry", sql=_PASSED_OVER, writes=_ENTRIES
    ),
    Projection(
        event=SeatsReleased,
        table="modules_waitlist_entry",
        sql=_TOMBSTONE,
        writes=_ENTRIES,
        reads=_FOR_TOMBSTONES,
    ),
    Projection(event=SeatsReleased, table="modules_section", sql=_COUNT_RELEASED, adds=_COUNTS),
)
WINDOW_PROJECTIONS = tuple(
    Projection(
        event=WindowChanged,
        table="modules_window",
        sql=sql.replace("<newest>", _NEWEST_WINDOWS),
        writes=(rows(id="window"),),
    )
    for sql in (_WINDOW_SET, _WINDOW_REMOVED)
)
