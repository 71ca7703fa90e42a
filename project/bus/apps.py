from django.apps import AppConfig


class BusConfig(AppConfig):
    """Depends on no app; apps register their flows, projections and subscriptions."""

    name = "project.bus"
    label = "bus"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the invariants of the bus itself."""
        from project.bus.invariants import INVARIANTS
        from project.bus.registry import bus

        bus.register_invariant(*INVARIANTS)
