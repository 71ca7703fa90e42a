"""Payments: rates, accounts, limits and the ledger."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from payments.invariants import INVARIANTS
from project import pages
from project.bus.registry import WRITE, Subscription, TableGrant, bus
from project.messages.modules import SectionChanged
from project.messages.registration import StudentChanged
from project.queues import WorkQueue


class PaymentsConfig(AppConfig):
    """Hands the bus what payments keeps and hears, and what must be true of it."""

    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register everything once models can be imported."""
        from payments import services
        from payments.projections import (
            PROJECTIONS,
            SECTION_PROJECTIONS,
            SECTION_TABLES,
            TABLES,
        )

        pages.offer(pages.Way(order=40, name="statement", label=_("Account")))
        bus.state(self.label, tables=TABLES, projections=PROJECTIONS)
        # Staff edit these two.
        edited = ("payments_rate", "payments_account")
        bus.grant(TableGrant(role="web", tables=edited, rights=WRITE))
        bus.queue(*(WorkQueue(name=name) for name in ("authorise", "capture", "accounts")))
        bus.invariant(*INVARIANTS)
        bus.subscribe(
            Subscription(
                name="payments.accounts",
                queue="accounts",
                app=self.label,
                facts=(StudentChanged,),
                handler=services.accounts_admit,
            )
        )
        bus.subscribe(
            Subscription(
                name="payments.sections",
                queue="accounts",
                app=self.label,
                facts=(SectionChanged,),
                projections=SECTION_PROJECTIONS,
                tables=SECTION_TABLES,
            )
        )
