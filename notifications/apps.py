"""Notifications: the inbox, and the mail that carries it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from notifications.invariants import INVARIANTS
from project.accounts.grants import email_grants
from project.bus.queues import WorkQueue
from project.bus.registry import Backlog, Job, Subscription, bus
from project.events.accounts import EmailReplaced, Invited, PasswordResetRequested
from project.events.modules import SectionChanged
from project.web import navigation


class NotificationsConfig(AppConfig):
    """Registers the tables, subscriptions and invariants of notifications."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register everything; nothing here touches the database."""
        from notifications import selectors, services
        from notifications.projections import (
            PROJECTIONS,
            SECTION_PROJECTIONS,
            SECTION_TABLES,
            TABLES,
        )

        navigation.register_nav(navigation.NavItem(order=50, name="inbox", label=_("Inbox")))
        bus.register_state(self.label, tables=TABLES, projections=PROJECTIONS)
        bus.register_operational(self.label, tables=("notifications_email",))
        bus.register_grant(*email_grants(self.label))
        bus.register_queue(WorkQueue(name="announce"), WorkQueue(name="email"))
        bus.register_invariant(*INVARIANTS)
        bus.register_job(Job(task="notifications.send_email", queue="email", every=5))
        bus.backlog(Backlog(name="emails unsent", count=selectors.emails_unsent))
        bus.register_subscription(
            Subscription(
                name="notifications.sections",
                queue="announce",
                app=self.label,
                events=(SectionChanged,),
                projections=SECTION_PROJECTIONS,
                tables=SECTION_TABLES,
            )
        )
        bus.register_subscription(
            Subscription(
                name="notifications.accounts",
                queue="email",
                app=self.label,
                events=(PasswordResetRequested, EmailReplaced, Invited),
                handler=services.account_emails_write,
            )
        )
