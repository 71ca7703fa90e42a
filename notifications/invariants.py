"""What must always be true of the tables and events of `notifications`."""

from project.bus.registry import Invariant

INVARIANTS = (
    Invariant(
        name="each flow is announced at most once",
        check="SELECT flow_id::text AS flow_id, count(*)::text AS times FROM bus_event"
        " WHERE type = 'notifications.announced.v1' GROUP BY flow_id HAVING count(*) > 1",
    ),
    Invariant(
        name="every email carries an announcement to its student, or an event of their account",
        check="SELECT m.message_id FROM notifications_email m"
        " LEFT JOIN notifications_inbox i USING (event_id, student_id)"
        " LEFT JOIN bus_event e ON e.id = m.event_id AND e.type LIKE 'accounts.%'"
        " AND (e.data->>'person')::bigint = m.student_id"
        " WHERE i.event_id IS NULL AND e.id IS NULL",
    ),
    Invariant(
        name="every email was sent",
        check="SELECT message_id, error FROM notifications_email WHERE sent_at IS NULL",
        at_rest=True,
    ),
)
