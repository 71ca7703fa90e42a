"""The platform as a Django app: commands, checks, templates, static files."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Makes the Celery app the current one in every process, and arms the system checks."""

    name = "project"
    label = "project"
    verbose_name = "Platform"

    def ready(self) -> None:
        """Import what registers itself."""
        from project import celery  # noqa: F401
