"""Publishing: what the broker has not confirmed is not published."""

from functools import partial

import pytest
from amqp.exceptions import AMQPError
from celery import current_app
from kombu import Connection, Exchange, Producer, Queue

from project.bus import publisher as publisher_module
from project.bus.consumers import Consumer, register
from project.bus.dispatch import publish_batches, send_chain, send_wakeup
from project.bus.publisher import EVENTS, NotConfirmed, Publisher
from project.bus.registry import Subscription, bus
from project.bus.sequencer import sequence_outbox
from project.ops.logging import bound_requests
from project.tests.bus.broker_queues import body, take_all, tasks_in
from project.tests.bus.tcp_proxy import wire_to
from project.tests.bus.toy_domain import READINGS, TASKS, Replied, Requested, ask, record


def _wake(publisher: Publisher) -> None:
    send_wakeup(publisher, task="sample.first", queue="decide")


def _publish_to(key: str, producer: Producer) -> None:
    producer.publish("1", exchange=Exchange(""), routing_key=key, mandatory=True, retry=False)


def _fill(publisher: Publisher, key: str) -> None:
    """The broker learns a moment later that the queue is full."""
    for _ in range(50):
        publisher.send(partial(_publish_to, key))
        publisher.confirm()


def test_confirmed_messages_are_in_their_queue(broker: Connection) -> None:
    with Publisher() as publisher:
        for _ in range(300):
            _wake(publisher)
        publisher.confirm()
    assert len(take_all(broker, "decide")) == 300


def test_a_chain_carries_the_batch_number_and_nothing_else(broker: Connection) -> None:
    with Publisher() as publisher:
        send_chain(publisher, batch=7, steps=TASKS)
        publisher.confirm()
    (message,) = take_all(broker, "decide")
    args, kwargs, embed = body(message)
    later = [(one["task"], one["args"], one["options"]["queue"]) for one in embed["chain"]]
    assert (message.headers["task"], args, kwargs) == ("sample.first", [7], {})
    assert later == [("sample.third", [7], "announce"), ("sample.second", [7], "capture")]
    assert all(one["options"]["mandatory"] and one["immutable"] for one in embed["chain"])


def test_a_chain_takes_the_ids_of_its_requests_along(broker: Connection) -> None:
    for request_id in ("r1", "r2", "r1"):
        with bound_requests([request_id]):
            ask(1)
    ask(1)
    with Publisher() as publisher:
        publish_batches(publisher, sequence_outbox())
    (message,) = take_all(broker, "decide")
    headers: dict[str, object] = dict(message.headers)
    assert headers["__django_structlog__"] == {"request_id": "r1,r2"}


def test_a_message_without_a_queue_is_noticed(broker: Connection) -> None:
    with Publisher() as publisher:
        _wake(publisher)
        publisher.confirm()
        Queue("decide")(broker.default_channel).delete()
        _wake(publisher)
        with pytest.raises(NotConfirmed, match="no queue for decide"):
            publisher.confirm()


def test_after_a_failure_the_next_publisher_makes_the_queue_again(broker: Connection) -> None:
    for name in ("decide", "capture"):
        Queue(name)(broker.default_channel).delete()
    with Publisher() as publisher:
        _wake(publisher)
        publisher.confirm()
    assert tasks_in(broker, "decide") == [("sample.first", [None])]
    assert tasks_in(broker, "capture") == [], "there for the chain's next link"


def test_a_refused_message_is_noticed(broker: Connection) -> None:
    full = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
    queue = Queue("full", durable=True, queue_arguments=full)(broker.default_channel)
    queue.declare()
    queue.purge()
    try:
        with Publisher() as publisher, pytest.raises(NotConfirmed, match="refused"):
            _fill(publisher, "full")
    finally:
        queue.delete()


def test_silence_is_no_confirmation(broker: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher_module, "_CONFIRM_SECONDS", 0.5)
    with wire_to(current_app.conf.broker_url) as wire:
        monkeypatch.setattr(current_app.conf, "broker_url", wire.url)
        with Publisher() as publisher:
            _wake(publisher)
            publisher.confirm()
            wire.is_deaf = True
            _wake(publisher)
            with pytest.raises(NotConfirmed, match="1 messages unconfirmed"):
                publisher.confirm()
    assert len(take_all(broker, "decide")) == 2, "it had arrived: publish again, never guess"


def test_a_cut_wire_is_noticed(broker: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with wire_to(current_app.conf.broker_url) as wire:
        monkeypatch.setattr(current_app.conf, "broker_url", wire.url)
        with Publisher() as publisher:
            _wake(publisher)
            publisher.confirm()
            wire.is_deaf = True
            _wake(publisher)
            wire.close()
            with pytest.raises((OSError, AMQPError)):
                publisher.confirm()


def test_readers_are_woken_once_unless_a_chain_comes_anyway(broker: Connection) -> None:
    for task, queue, cursor, events in (
        ("sample.first", "decide", "here", (Requested, Replied)),
        ("sample.again", "decide", "here", (Replied,)),
        ("sample.reader", "catalogue", "there", (Replied,)),
        ("sample.other", "accounts", "elsewhere", (Requested,)),
    ):
        register(
            Consumer(
                task=task, queue=queue, handler=lambda flow_ids: None, cursor=cursor, events=events
            )
        )
    record(Replied(thing="a"), Replied(thing="b"))
    with Publisher() as publisher:
        publish_batches(publisher, sequence_outbox())
    assert len(tasks_in(broker, "decide")) == 1
    assert tasks_in(broker, "catalogue") == [("sample.reader", [None])]
    assert tasks_in(broker, "accounts") == []
    ask(1)
    with Publisher() as publisher:
        publish_batches(publisher, sequence_outbox())
    assert tasks_in(broker, "decide") == [("sample.first", [2])]
    assert tasks_in(broker, "catalogue") == []


def test_outsiders_get_one_cloudevents_batch_per_batch_and_type(broker: Connection) -> None:
    channel = broker.default_channel
    ears = Queue("ears", EVENTS, routing_key="sample.#", exclusive=True)(channel)
    ears.declare()
    first, second = ask(2)
    record(Replied(thing="x"))
    with Publisher() as publisher:
        publish_batches(publisher, sequence_outbox())
    replied, requested = sorted(
        take_all(broker, ears), key=lambda one: str(one.delivery_info["routing_key"])
    )
    assert requested.delivery_info["routing_key"] == "sample.requested.v1"
    assert requested.content_type == "application/cloudevents-batch+json"
    assert [one["id"] for one in body(requested)] == [str(first), str(second)]
    (event,) = body(replied)
    assert event.pop("time")
    assert event == {
        "specversion": "1.0", "id": "3", "source": "/sample", "type": "sample.replied.v1",
        "subject": "reply:x", "datacontenttype": "application/json",
        "data": {"thing": "x"},
    }  # fmt: skip


def test_a_projection_of_a_strange_table_is_refused() -> None:
    with pytest.raises(ValueError, match="sample_read"):
        bus.register_subscription(
            Subscription(
                name="s", queue="catalogue", app="a", events=(Requested,), projections=(READINGS,)
            )
        )
