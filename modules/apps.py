"""What `modules` hands the platform."""

from django.apps import AppConfig


class ModulesConfig(AppConfig):
    """Terms, modules, sections, seats and waitlists."""

    name = "modules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register state, invariants, and what Redis is made of."""
        from modules.invariants import INVARIANTS
        from modules.projections import PROJECTIONS, TABLES
        from modules.services.seats import seats_reconcile
        from project.bus.registry import Job, bus

        bus.state("modules", tables=TABLES, projections=PROJECTIONS)
        bus.invariant(*INVARIANTS)
        bus.rebuild("modules", seats_reconcile)
        bus.job(Job(task="modules.reconcile", queue="seats", every=60))
