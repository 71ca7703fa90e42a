from django.apps import AppConfig


class BusConfig(AppConfig):
    """Knows no app; apps hand it their flows, projections and subscriptions."""

    name = "project.bus"
    label = "bus"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what must be true of the bus itself."""
        from project.bus.invariants import INVARIANTS
        from project.bus.registry import bus

        bus.register_invariant(*INVARIANTS)
