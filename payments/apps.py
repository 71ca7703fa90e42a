"""Payments: rates, accounts, limits and the ledger."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from payments.invariants import INVARIANTS
from project.accounts.person_links import PersonLink, register_person_link
from project.bus.queues import WorkQueue
from project.bus.registry import WRITE, Subscription, TableGrant, bus
from project.events.modules import SectionChanged
from project.events.registration import StudentChanged
from project.web import navigation


class PaymentsConfig(AppConfig):
    """Registers the tables, subscriptions and invariants of payments."""

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

        navigation.register_nav(navigation.NavItem(order=40, name="statement", label=_("Account")))
        register_person_link(PersonLink(label="Account and limit", address=_account_page))
        bus.register_state(self.label, tables=TABLES, projections=PROJECTIONS)
        # Staff edit these two.
        edited = ("payments_rate", "payments_account")
        bus.register_grant(TableGrant(role="web", tables=edited, rights=WRITE))
        bus.register_queue(*(WorkQueue(name=name) for name in ("authorise", "capture", "accounts")))
        bus.register_invariant(*INVARIANTS)
        bus.register_subscription(
            Subscription(
                name="payments.accounts",
                queue="accounts",
                app=self.label,
                events=(StudentChanged,),
                handler=services.accounts_admit,
            )
        )
        bus.register_subscription(
            Subscription(
                name="payments.sections",
                queue="accounts",
                app=self.label,
                events=(SectionChanged,),
                projections=SECTION_PROJECTIONS,
                tables=SECTION_TABLES,
            )
        )


def _account_page(user: int) -> str:
    return reverse("admin:payments_account_change", args=[user])
