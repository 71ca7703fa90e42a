"""What `registration` hands the platform."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    """Flows, projections, the catalogue's subscription, queues, jobs and invariants."""

    name = "registration"
    verbose_name = "Registration"

    def ready(self) -> None:
        """Register everything; nothing here touches the database."""
        from django.utils.translation import gettext_lazy as _

        from project import pages
        from project.bus.registry import WRITE, Job, Subscription, TableGrant, bus
        from project.queues import WorkQueue
        from registration import saga
        from registration.invariants import INVARIANTS
        from registration.projections import catalogue, own
        from registration.views.window_bar import WINDOW_BAR

        bus.flows(saga.FLOWS)
        bus.state("registration", tables=own.TABLES, projections=own.PROJECTIONS)
        bus.subscribe(
            Subscription(
                name="registration.catalogue",
                queue="catalogue",
                app="registration",
                facts=catalogue.FACTS,
                projections=catalogue.PROJECTIONS,
                tables=catalogue.TABLES,
            )
        )
        machinery = ("registration_key", "registration_feed", "registration_plan")
        bus.machinery("registration", tables=machinery)
        bus.grant(TableGrant(role="web", tables=(*own.TABLES, *machinery), rights=WRITE))
        # Whoever has left is offered no seat.
        people = "SELECT (id, is_active)"
        bus.grant(TableGrant(role="registration", tables=("accounts_user",), rights=people))
        bus.queue(WorkQueue(name="settle"), WorkQueue(name="catalogue"))
        bus.invariant(*INVARIANTS)
        pages.offer(
            pages.Way(order=10, name="catalogue", label=_("Catalogue")),
            pages.Way(order=20, name="plan", label=_("Plan")),
            pages.Way(order=30, name="mine", label=_("My registrations")),
        )
        pages.offer_bar(WINDOW_BAR)
        bus.job(
            Job(task="registration.expire", queue="settle", every=30),
            Job(task="registration.watch_waitlists", queue="settle", every=60),
            Job(task="registration.forget_keys", queue="settle", every=3600),
        )
