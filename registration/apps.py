"""What `registration` hands the platform."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    """Flows, projections, the catalogue's subscription, jobs and promises."""

    name = "registration"
    verbose_name = "Registration"

    def ready(self) -> None:
        """Register everything; nothing here touches the database."""
        from project.bus.registry import Job, Subscription, bus
        from registration import saga
        from registration.projections import catalogue, own
        from registration.selectors.promises import PROMISES

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
        bus.machinery("registration", tables=("registration_key",))
        bus.invariant(*PROMISES)
        bus.job(
            Job(task="registration.expire", queue="settle", every=30),
            Job(task="registration.forget_keys", queue="settle", every=3600),
        )
