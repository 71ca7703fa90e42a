"""Projections: how events become rows."""

from project.bus.projections import EVENT_ID, Projection, rows
from project.events.modules import SectionChanged
from project.events.notifications import Announced

TABLES = ("notifications_inbox",)
SECTION_TABLES = ("notifications_section_name",)

_INBOX = """
INSERT INTO notifications_inbox
       (event_id, registration_id, student_id, kind, items, announced_at)
SELECT id, (data->>'registration')::uuid, (data->>'student')::bigint, data->>'kind',
       data->'items', recorded_at
  FROM event"""

_SECTION = """
INSERT INTO notifications_section_name (section_id, module_code, code)
SELECT (data->>'section')::bigint, data->>'module_code', data->>'code' FROM event
    ON CONFLICT (section_id) DO UPDATE
   SET module_code = excluded.module_code, code = excluded.code
 WHERE (notifications_section_name.module_code, notifications_section_name.code)
       IS DISTINCT FROM (excluded.module_code, excluded.code)"""

PROJECTIONS = (
    Projection(
        event=Announced, table="notifications_inbox", sql=_INBOX, writes=(rows(event_id=EVENT_ID),)
    ),
)
SECTION_PROJECTIONS = (
    Projection(
        event=SectionChanged,
        table="notifications_section_name",
        sql=_SECTION,
        writes=(rows(section_id="section"),),
    ),
)
