"""How a pool starts: it declares every queue before its first task, and has no delayed tasks."""

from typing import Any

from celery import bootsteps
from celery.worker import consumer
from celery.worker.consumer.connection import Connection

from project.bus.publisher import declare_queues


class DeclareQueues(bootsteps.StartStopStep):
    """Declare all queues: the pool that starts first must be able to publish the next step, since
    mandatory messages need their queue, and dead letters theirs, which no pool reads."""

    requires = (Connection,)

    def start(self, parent: Any) -> None:
        """Run on every new connection, also after a broken one."""
        declare_queues(parent.connection.default_channel)


class Consumer(consumer.Consumer):
    """Celery's consumer without its 28 queues for delayed tasks: delays are a PostgreSQL column."""

    class Blueprint(consumer.Consumer.Blueprint):  # type: ignore[misc, valid-type]
        """Celery's start-up steps, without that of delayed tasks."""

        default_steps = [
            *(one for one in consumer.Consumer.Blueprint.default_steps if "Delayed" not in one),
            "project.bus.worker:DeclareQueues",
        ]
