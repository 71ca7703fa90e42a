"""How facts become rows."""

from project.bus.projecting import EVENT_ID, Projection, rows
from project.messages.modules import SectionChanged
from project.messages.notifications import Announced

TABLES = ("notifications_inbox",)
SECTION_TABLES = ("notifications_section",)

_INBOX = """
INSERT INTO notifications_inbox
       (event_id, registration_id, student_id, kind, items, announced_at)
SELECT id, (data->>'registration')::uuid, (data->>'student')::bigint, data->>'kind',
       data->'items', recorded_at
  FROM fact"""

_SECTION = """
INSERT INTO notifications_section (section_id, module_code, code)
SELECT (data->>'section')::bigint, data->>'module_code', data->>'code' FROM fact
    ON CONFLICT (section_id) DO UPDATE
   SET module_code = excluded.module_code, code = excluded.code
 WHERE (notifications_section.module_code, notifications_section.code)
       IS DISTINCT FROM (excluded.module_code, excluded.code)"""

PROJECTIONS = (
    Projection(
        fact=Announced, table="notifications_inbox", sql=_INBOX, writes=(rows(event_id=EVENT_ID),)
    ),
)
SECTION_PROJECTIONS = (
    Projection(
        fact=SectionChanged,
        table="notifications_section",
        sql=_SECTION,
        writes=(rows(section_id="section"),),
    ),
)
