from django.apps import AppConfig


class BusConfig(AppConfig):
    """Knows no app; apps hand it their flows, projections and subscriptions."""

    name = "project.bus"
    label = "bus"
    default_auto_field = "django.db.models.BigAutoField"
