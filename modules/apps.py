"""What `modules` hands the platform."""

from django.apps import AppConfig


class ModulesConfig(AppConfig):
    """Terms, modules, sections, seats and waitlists."""

    name = "modules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register state, invariants, the seats' one writer, and what Redis is made of."""
        from modules.invariants import INVARIANTS
        from modules.projections import (
            CATALOGUE,
            PROJECTIONS,
            TABLES,
            WINDOW_PROJECTIONS,
            WINDOW_TABLES,
        )
        from modules.rules.seat_snapshot import SEAT_EVENT_TYPES
        from modules.services.seats import seats_reconcile
        from project import live_counts
        from project.bus.registry import WRITE, Cursor, Job, Rebuild, Subscription, TableGrant, bus
        from project.messages.registration import WindowChanged
        from project.queues import WorkQueue

        bus.state("modules", tables=TABLES, projections=PROJECTIONS)
        bus.grant(TableGrant(role="web", tables=CATALOGUE, rights=WRITE))
        bus.invariant(*INVARIANTS)
        # A hot standby takes over at once; a lock in PostgreSQL is what makes the writer single.
        bus.queue(WorkQueue(name="seats", single_active_consumer=True))
        bus.cursor(Cursor(name="seats", facts=SEAT_EVENT_TYPES))
        bus.subscribe(
            Subscription(
                name="modules.windows",
                queue="seats",
                app="modules",
                facts=(WindowChanged,),
                projections=WINDOW_PROJECTIONS,
                tables=WINDOW_TABLES,
            )
        )
        reconcile = Job(task="modules.reconcile", queue="seats", every=60)
        bus.job(reconcile)
        bus.rebuild(Rebuild(name=live_counts.NAME, run=seats_reconcile, job=reconcile))
