"""Notifications: the inbox, and the mail that carries it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from notifications.invariants import INVARIANTS
from project import pages
from project.accounts.grants import letter_grants
from project.bus.registry import Backlog, Job, Subscription, bus
from project.messages.accounts import AddressReplaced, PasswordAsked
from project.messages.modules import SectionChanged
from project.queues import WorkQueue


class NotificationsConfig(AppConfig):
    """Hands the bus what notifications keeps and hears, and what must be true of it."""

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

        pages.offer(pages.Way(order=50, name="inbox", label=_("Inbox")))
        bus.state(self.label, tables=TABLES, projections=PROJECTIONS)
        bus.machinery(self.label, tables=("notifications_mail",))
        bus.grant(*letter_grants(self.label))
        bus.queue(WorkQueue(name="announce"), WorkQueue(name="mail"))
        bus.invariant(*INVARIANTS)
        bus.job(Job(task="notifications.mail", queue="mail", every=5))
        bus.backlog(Backlog(name="letters unsent", count=selectors.letters_unsent))
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
