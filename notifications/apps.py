"""Notifications: the inbox, and the mail that carries it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from project import pages
from project.accounts.grants import letter_grants
from project.bus.registry import Invariant, Job, Subscription, bus
from project.messages.accounts import AddressReplaced, PasswordAsked
from project.messages.modules import SectionChanged
from project.queues import WorkQueue

INVARIANTS = (
    Invariant(
        name="each flow is announced at most once",
        sql="SELECT cause::text AS cause, count(*)::text AS times FROM bus_event"
        " WHERE type = 'notifications.announced.v1' GROUP BY cause HAVING count(*) > 1",
    ),
    Invariant(
        name="every letter carries an announcement to its student, or news of their account",
        sql="SELECT m.message_id FROM notifications_mail m"
        " LEFT JOIN notifications_inbox i USING (event_id, student_id)"
        " LEFT JOIN bus_event e ON e.id = m.event_id AND e.type LIKE 'accounts.%'"
        " AND (e.data->>'person')::bigint = m.student_id"
        " WHERE i.event_id IS NULL AND e.id IS NULL",
    ),
    Invariant(
        name="every letter went out",
        sql="SELECT message_id, error FROM notifications_mail WHERE sent_at IS NULL",
        at_rest=True,
    ),
)


class NotificationsConfig(AppConfig):
    """Hands the bus what notifications keeps, hears and promises."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register everything; nothing here touches the database."""
        from notifications import services
        from notifications.projections import (
            PROJECTIONS,
            SECTION_PROJECTIONS,
            SECTION_TABLES,
            TABLES,
        )

        pages.offer(pages.Way(order=50, name="inbox", label=_("Inbox")))
        bus.state(self.label, tables=TABLES, projections=PROJECTIONS)
        bus.machinery(self.label, tables=("notifications_mail",))
        bus.grant(*letter_grants(self.label))
        bus.queue(WorkQueue(name="announce"), WorkQueue(name="mail"))
        bus.invariant(*INVARIANTS)
        bus.job(Job(task="notifications.mail", queue="mail", every=5))
        bus.subscribe(
            Subscription(
                name="notifications.sections",
                queue="announce",
                app=self.label,
                facts=(SectionChanged,),
                projections=SECTION_PROJECTIONS,
                tables=SECTION_TABLES,
            )
        )
        bus.subscribe(
            Subscription(
                name="notifications.accounts",
                queue="mail",
                app=self.label,
                facts=(PasswordAsked, AddressReplaced),
                handler=services.account_letters_write,
            )
        )
