"""How a pool starts: every queue is there before its first task, and nothing is delayed."""

from typing import Any

from celery import bootsteps
from celery.worker import consumer
from celery.worker.consumer.connection import Connection

from project.bus.publisher import declare_queues


class DeclareQueues(bootsteps.StartStopStep):
    """A pool that starts first must be able to publish the next step: mandatory messages need
    their queue, and dead letters need theirs, though no pool reads it."""

    requires = (Connection,)

    def start(self, parent: Any) -> None:
        """Run on every connection, the first and those after a broken one."""
        declare_queues(parent.connection.default_channel)


class Consumer(consumer.Consumer):
    """Celery's, without its 28 queues for delayed tasks: delays are a column in PostgreSQL."""

    class Blueprint(consumer.Consumer.Blueprint):  # type: ignore[misc, valid-type]
        """What starts, in what order: Celery's list but for that one."""

        default_steps = [
            *(one for one in consumer.Consumer.Blueprint.default_steps if "Delayed" not in one),
            "project.bus.worker:DeclareQueues",
        ]
