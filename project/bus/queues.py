"""The queues of RabbitMQ: one per kind of work, each with its pool. Reasons: docs/decisions."""

from dataclasses import dataclass

from kombu import Exchange, Queue

DELIVERY_LIMIT = 5

# One plain word per routing key: keys that share a dotted suffix get each other's delayed tasks.
WORK = Exchange("work", type="topic", durable=True)
DEAD = Exchange("dead", type="topic", durable=True)


_ARGUMENTS = {
    "x-queue-type": "quorum",
    # With a limit a requeued message keeps its place on the waitlist; without, it goes to the end.
    "x-delivery-limit": DELIVERY_LIMIT,
    "x-dead-letter-exchange": DEAD.name,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkQueue:
    """A queue that an app registers and its pool reads. With `single_active_consumer` one process
    gets all messages, and another takes over at once when it ends."""

    name: str
    single_active_consumer: bool = False

    @property
    def declaration(self) -> Queue:
        """The queue as declared to RabbitMQ."""
        arguments = dict(_ARGUMENTS)
        if self.single_active_consumer:
            arguments["x-single-active-consumer"] = True
        return Queue(
            self.name, WORK, routing_key=self.name, durable=True, queue_arguments=arguments
        )


# No `WorkQueue`: workers would bind it to every delayed task and consume from it.
DEAD_LETTERS = Queue(
    "dead", DEAD, routing_key="#", durable=True, queue_arguments={"x-queue-type": "quorum"}
)
