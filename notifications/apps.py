"""Notifications: the inbox, and the mail that carries it."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Hands the bus what notifications keeps, hears and promises."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
