"""The messages of a sequenced batch: its chain, wake-ups for subscribers, events for outsiders."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from functools import partial
from itertools import takewhile
from typing import Any

from celery import current_app
from kombu import Producer

from project.bus.consumers import CONSUMERS
from project.bus.publisher import EVENTS, Publisher
from project.bus.registry import bus
from project.bus.sequencer import SequencedBatch
from project.bus.sql import fetch
from project.bus.unknown import dead_letter_batch
from project.events.registry import EVENT_TYPES
from project.ops.logging import bound_requests


def publish_batches(publisher: Publisher, sequenced: Sequence[SequencedBatch]) -> None:
    """Send the batches' messages and wait for the broker's confirms. Raises NotConfirmed."""
    for one in sequenced:
        if one.steps:
            with bound_requests(one.request_ids):
                send_chain(publisher, batch=one.batch, steps=one.steps)
    for task, queue in subscribers_to_wake(one.types for one in sequenced):
        send_wakeup(publisher, task=task, queue=queue)
    for one in sequenced:
        _send_cloud_events(publisher, one.batch)
    publisher.confirm()


def send_chain(publisher: Publisher, *, batch: int, steps: Sequence[str]) -> None:
    """Send the chain of these steps, as far as this version knows them; the messages hold only the
    batch's number. If even the first step is unknown, the batch becomes a dead letter."""
    known = bus.steps()
    known_steps = [known[task] for task in takewhile(known.__contains__, steps)]
    if not known_steps:
        dead_letter_batch(batch=batch, step=steps[0])
        return
    first, *later = known_steps
    chain = [
        current_app.signature(
            step.task,
            args=(batch,),
            immutable=True,
            options={"queue": step.queue, "mandatory": True},
        )
        for step in reversed(later)
    ]
    publisher.send(partial(_send_task, first.task, first.queue, (batch,), chain))


def send_wakeup(publisher: Publisher, *, task: str, queue: str) -> None:
    """Wake a task that finds its own work."""
    publisher.send(partial(_send_task, task, queue, (None,), None))


def _send_task(
    task: str, queue: str, args: tuple[Any, ...], chain: Any, producer: Producer
) -> None:
    current_app.send_task(
        task, args=args, queue=queue, chain=chain, producer=producer, mandatory=True, retry=False
    )


def subscribers_to_wake(types: Iterable[Iterable[str]]) -> list[tuple[str, str]]:
    """Task and queue of each reader of these types by a cursor that no chain wakes anyway."""
    seen = {EVENT_TYPES[kind] for some in types for kind in some if kind in EVENT_TYPES}
    woken = {
        (work.task, work.queue)
        for work in CONSUMERS.values()
        if any(event in seen and not _in_chain(work.task, event) for event in work.events)
    }
    by_queue = {(queue, CONSUMERS[task].cursor): task for task, queue in sorted(woken)}
    return [(task, queue) for (queue, _), task in by_queue.items()]


def _in_chain(task: str, event: type) -> bool:
    """Whether a flow of this event reaches the task's cursor through one of its steps."""
    flow = bus.flow_by_event.get(event)
    cursor = CONSUMERS[task].cursor
    return flow is not None and any(
        step.task in CONSUMERS and CONSUMERS[step.task].cursor == cursor for step in flow.steps
    )


def _send_cloud_events(publisher: Publisher, batch: int) -> None:
    """Send one CloudEvents 1.0 JSON batch per type to the topic exchange, for other systems."""
    for kind, events in _by_type(batch):
        publisher.send(partial(_send_events, kind, f"[{','.join(events)}]"))


def _send_events(kind: str, body: str, producer: Producer) -> None:
    producer.publish(
        body,
        exchange=EVENTS,
        routing_key=kind,
        content_type="application/cloudevents-batch+json",
        content_encoding="utf-8",
        retry=False,
    )


def _by_type(batch: int) -> Iterator[tuple[str, list[str]]]:
    rows = fetch(
        "SELECT e.id, e.stream, e.type, e.data, e.recorded_at FROM bus_position l"
        " JOIN bus_event e ON e.id = l.event_id WHERE l.batch_id = %s ORDER BY l.position",
        [batch],
    )
    by_type: dict[str, list[str]] = {}
    for row in rows:
        by_type.setdefault(row[2], []).append(_cloud_event(row))
    yield from by_type.items()


def _cloud_event(row: Sequence[Any]) -> str:
    """The event as JSON. The stored data is inserted as it is: to parse and serialise it would cost
    the relay more than everything else."""
    event_id, stream, kind, data, recorded_at = row
    envelope = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": f"/{kind.split('.')[0]}",
        "type": kind,
        "subject": stream,
        "time": recorded_at.astimezone(UTC).isoformat(),
        "datacontenttype": "application/json",
    }
    return f'{json.dumps(envelope)[:-1]}, "data": {data}}}'
