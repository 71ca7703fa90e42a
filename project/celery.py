"""The Celery app: `celery -A project worker -Q <queue> …`."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import setup_logging, task_prerun, worker_init
from django.utils.functional import SimpleLazyObject

from project.bus.registry import bus
from project.bus.task_log import TaskLog

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")


class Mandatory(Task[Any, Any]):
    """A task whose message must reach a queue: without this the broker confirms what it drops."""

    mandatory = True


app = Celery("project", task_cls=Mandatory)
app.config_from_object("django.conf:settings", namespace="CELERY")
# This file is read before the apps register their queues; Celery asks for them when all have.
app.conf.task_queues = SimpleLazyObject(bus.declarations)
app.autodiscover_tasks()

# Signals hold no reference to what listens.
task_log = TaskLog()
task_log.connect_worker_signals()


@setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Leave logging to the settings: one line per entry, in every process alike."""


@worker_init.connect
@task_prerun.connect
def check_connections(**_: Any) -> None:
    """Drop broken connections: Celery keeps them for CELERY_DB_REUSE_MAX tasks, unnoticed."""
    from django.db import close_old_connections

    close_old_connections()
