"""The queues of RabbitMQ: one per kind of work, each with its pool. Why so: docs/decisions."""

from kombu import Exchange, Queue

NAMES = ("seats", "authorise", "settle", "capture", "announce", "mail", "catalogue", "accounts")
DELIVERY_LIMIT = 5

# One plain word per routing key: keys that share a dotted suffix get each other's delayed tasks.
WORK = Exchange("registration", type="topic", durable=True)
DEAD = Exchange("dead", type="topic", durable=True)


def _queue(name: str) -> Queue:
    arguments = {
        "x-queue-type": "quorum",
        # With a limit a requeued message keeps its place; without one it goes to the back.
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD.name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    if name == "seats":
        # A hot standby takes over at once; the lock in PostgreSQL is what makes the writer single.
        arguments["x-single-active-consumer"] = True
    return Queue(name, WORK, routing_key=name, durable=True, queue_arguments=arguments)


QUEUES = tuple(_queue(name) for name in NAMES)

# Not in QUEUES: workers would bind it to every delayed task and consume from it.
DEAD_LETTERS = Queue(
    "dead", DEAD, routing_key="#", durable=True, queue_arguments={"x-queue-type": "quorum"}
)
