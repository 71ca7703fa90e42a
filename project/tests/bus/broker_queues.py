"""What lies in the broker's queues, read by the real client."""

import json
from typing import Any

from kombu import Connection, Message, Queue

from project.bus.registry import bus


def take_all(broker: Connection, queue: str | Queue) -> list[Message]:
    """Take every message out of a queue, acknowledged."""
    found = bus.queues[queue].declaration if isinstance(queue, str) else queue
    bound = found(broker.default_channel)
    taken = []
    while (message := bound.get(no_ack=True, accept=None)) is not None:
        taken.append(message)
    return taken


def tasks_in(broker: Connection, queue: str) -> list[tuple[str, list[Any]]]:
    """Name and arguments of each task in a queue, which is empty afterwards."""
    return [(one.headers["task"], body(one)[0]) for one in take_all(broker, queue)]


def body(message: Message) -> Any:
    """The message's JSON."""
    return json.loads(str(message.body))
