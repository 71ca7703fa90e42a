"""What `modules` hands the platform."""

from django.apps import AppConfig


class ModulesConfig(AppConfig):
    """Terms, modules, sections, seats and queues."""

    name = "modules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register state, promises, the seats' one writer, and what Redis is made of."""
        from modules.projections import CATALOGUE, PROJECTIONS, TABLES
        from modules.rules.allocation import SEAT_MATTERS
        from modules.selectors.promises import PROMISES
        from modules.services.seats import seats_reconcile
        from project import live_counts
        from project.bus.registry import WRITE, Cursor, Job, Rebuild, TableGrant, bus
        from project.queues import WorkQueue

        bus.state("modules", tables=TABLES, projections=PROJECTIONS)
        bus.grant(TableGrant(role="web", tables=CATALOGUE, rights=WRITE))
        bus.invariant(*PROMISES)
        # A hot standby takes over at once; a lock in PostgreSQL is what makes the writer single.
        bus.queue(WorkQueue(name="seats", single_active_consumer=True))
        bus.cursor(Cursor(name="seats", facts=SEAT_MATTERS))
        reconcile = Job(task="modules.reconcile", queue="seats", every=60)
        bus.job(reconcile)
        bus.rebuild(Rebuild(name=live_counts.NAME, run=seats_reconcile, job=reconcile))
