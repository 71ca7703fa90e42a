"""Files from other systems: uploads and their jobs. The formats are the apps'."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Depends on no app; apps register their formats."""

    name = "project.imports"
    label = "imports"
    verbose_name = _("Files from other systems")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register tables, the queue of the pool, and the job that wakes it."""
        from project.bus.queues import WorkQueue
        from project.bus.registry import WRITE, Backlog, Job, TableGrant, bus
        from project.imports.jobs import count_open

        tables = ("imports_job", "imports_file")
        bus.register_operational("imports", tables=tables)
        bus.register_grant(TableGrant(role="web", tables=tables, rights=WRITE))
        bus.register_queue(WorkQueue(name="imports"))
        bus.register_job(Job(task="imports.run", queue="imports", every=2))
        bus.backlog(Backlog(name="imports under way", count=count_open))
