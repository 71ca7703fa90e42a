"""Payments: rates, accounts, limits and the ledger."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from project import pages
from project.bus.registry import WRITE, Invariant, Subscription, TableGrant, bus
from project.messages.modules import SectionChanged
from project.messages.registration import StudentChanged
from project.queues import WorkQueue

_TWICE = """
SELECT data->>'registration' AS registration, item->>'section' AS section, count(*)::text AS times
  FROM bus_event, jsonb_array_elements(data->'items') AS item
 WHERE type = '{type}' GROUP BY 1, 2 HAVING count(*) > 1"""

INVARIANTS = (
    Invariant(
        name="each booking sums to zero",
        sql="SELECT event_id::text AS event, sum(amount)::text AS sum FROM payments_entry"
        " GROUP BY event_id HAVING sum(amount) <> 0",
    ),
    Invariant(name="at most one capture per item", sql=_TWICE.format(type="payments.captured.v1")),
    Invariant(name="at most one refund per item", sql=_TWICE.format(type="payments.refunded.v1")),
    Invariant(
        name="account sums equal payments",
        sql="""
SELECT a.student_id::text AS student, a.authorised::text AS authorised,
       a.captured::text AS captured, p.authorised::text AS payments_authorised,
       p.captured::text AS payments_captured
  FROM payments_account a
  LEFT JOIN (SELECT student_id, sum(amount) FILTER (WHERE state = 'authorised') AS authorised,
                    sum(amount) FILTER (WHERE state = 'captured') AS captured
               FROM payments_payment GROUP BY student_id) p USING (student_id)
 WHERE (a.authorised, a.captured) <> (coalesce(p.authorised, 0), coalesce(p.captured, 0))""",
    ),
    Invariant(
        name="what students owe in the ledger is what their accounts say",
        sql="""
SELECT coalesce(a.account, e.account) AS account, a.captured::text AS captured,
       e.amount::text AS ledger
  FROM (SELECT 'receivable:' || student_id AS account, captured FROM payments_account) a
  FULL JOIN (SELECT account, sum(amount) AS amount FROM payments_entry
              WHERE account <> 'tuition' GROUP BY account) e USING (account)
 WHERE coalesce(a.captured, 0) <> coalesce(e.amount, 0)""",
    ),
)


class PaymentsConfig(AppConfig):
    """Hands the bus what payments keeps, hears and promises."""

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
