"""What `modules` registers with the platform."""

from django.apps import AppConfig


class ModulesConfig(AppConfig):
    """Terms, modules, sections, seats and waitlists."""

    name = "modules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register state, invariants, the single writer of seats, and the rebuild of Redis."""
        from modules.invariants import INVARIANTS
        from modules.projections import (
            CATALOGUE,
            PROJECTIONS,
            TABLES,
            WINDOW_PROJECTIONS,
            WINDOW_TABLES,
        )
        from modules.rules.seat_snapshot import SEAT_EVENT_TYPES
        from modules.services.catalogue_format import CATALOGUE as CATALOGUE_FORMAT
        from modules.services.seats import seats_reconcile
        from project.bus.queues import WorkQueue
        from project.bus.registry import WRITE, Cursor, Job, Rebuild, Subscription, TableGrant, bus
        from project.events.registration import WindowChanged
        from project.imports.formats import formats
        from project.live import seat_counts

        bus.register_state("modules", tables=TABLES, projections=PROJECTIONS)
        bus.register_grant(TableGrant(role="web", tables=CATALOGUE, rights=WRITE))
        bus.register_invariant(*INVARIANTS)
        formats.register(CATALOGUE_FORMAT)
        # A hot standby takes over at once; a lock in PostgreSQL ensures a single writer.
        bus.register_queue(WorkQueue(name="seats", single_active_consumer=True))
        bus.register_cursor(Cursor(name="seats", events=SEAT_EVENT_TYPES))
        bus.register_subscription(
            Subscription(
                name="modules.windows",
                queue="seats",
                app="modules",
                events=(WindowChanged,),
                projections=WINDOW_PROJECTIONS,
                tables=WINDOW_TABLES,
            )
        )
        reconcile = Job(task="modules.reconcile", queue="seats", every=60)
        bus.register_job(reconcile)
        bus.register_cache_rebuild(
            Rebuild(name=seat_counts.NAME, run=seats_reconcile, job=reconcile)
        )
