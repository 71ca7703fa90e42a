"""The platform as a Django app: commands, checks, templates, static files."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, pre_migrate


class ProjectConfig(AppConfig):
    """Makes the Celery app the current one in every process, and sets up checks and grants."""

    name = "project"
    label = "project"
    verbose_name = "Platform"

    def ready(self) -> None:
        """Import what registers itself; grant after each migration, once the bus's tables exist."""
        from project import celery, checks  # noqa: F401

        bus = apps.get_app_config("bus")
        pre_migrate.connect(_require_owner, sender=bus)
        post_migrate.connect(_grant, sender=bus)


def _require_owner(**_: Any) -> None:
    from project.ops.ownership import require_owner

    require_owner("A migration")


def _grant(using: str, **named: Any) -> None:
    # `flush` sends the same signal, without a plan: it changes no table.
    if using == "default" and "plan" in named:
        from project.bus.roles import grant_all

        grant_all()
