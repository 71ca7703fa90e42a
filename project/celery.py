"""The Celery app: `celery -A project worker -Q <queue> …`."""

import os
from typing import Any

from celery import Celery, Task, bootsteps
from celery.signals import setup_logging, task_prerun, worker_init
from celery.worker.consumer.connection import Connection
from kombu import Connection as BrokerConnection

from project.queues import DEAD_LETTERS, QUEUES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")


class Mandatory(Task):
    """A task whose message must find a queue: without this the broker confirms what it drops."""

    mandatory = True


app = Celery("project", task_cls=Mandatory)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = QUEUES
app.autodiscover_tasks()


def declare(connection: BrokerConnection) -> None:
    """See to it that every queue is there, dead letters too."""
    channel = connection.default_channel
    for queue in (DEAD_LETTERS, *QUEUES):
        queue(channel).declare()


class DeclareDeadLetters(bootsteps.StartStopStep):  # type: ignore[misc]
    """Workers declare the queues they consume; nobody consumes dead letters, so this does."""

    requires = (Connection,)

    def start(self, parent: Any) -> None:
        """Run on every connection, the first and those after a broken one."""
        DEAD_LETTERS(parent.connection.default_channel).declare()


app.steps["consumer"].add(DeclareDeadLetters)


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_django_logging(**_: Any) -> None:
    """Leave logging as the settings have it: one line per entry, in every process alike."""


@worker_init.connect  # type: ignore[untyped-decorator]
@task_prerun.connect  # type: ignore[untyped-decorator]
def check_connections(**_: Any) -> None:
    """Drop connections that broke: Celery keeps them for CELERY_DB_REUSE_MAX tasks, unseen."""
    from django.db import close_old_connections

    close_old_connections()
