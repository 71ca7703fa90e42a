"""What `modules` hands the platform."""

from django.apps import AppConfig


class ModulesConfig(AppConfig):
    """Terms, modules, sections, seats and queues."""

    name = "modules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register state, promises, and what Redis is made of."""
        from modules.projections import PROJECTIONS, TABLES
        from modules.selectors.promises import PROMISES
        from modules.services.seats import seats_reconcile
        from project import live_counts
        from project.bus.registry import Job, Rebuild, bus

        bus.state("modules", tables=TABLES, projections=PROJECTIONS)
        bus.invariant(*PROMISES)
        reconcile = Job(task="modules.reconcile", queue="seats", every=60)
        bus.job(reconcile)
        bus.rebuild(Rebuild(name=live_counts.NAME, run=seats_reconcile, job=reconcile))
