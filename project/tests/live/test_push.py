"""Live updates are published once, after the commit; without Redis a step goes on."""

import time

import pytest
from django.db import transaction
from pytest_django import Settings

from project.events.registration import BlockChanged, DropRequested
from project.live import push
from project.ops.redis import client

EVENT = DropRequested(registration="r", student=7, section=1)
OTHER = BlockChanged(block=1, student=8, digest="5b1c")


@pytest.mark.django_db(transaction=True)
def test_updates_are_published_once_and_only_after_the_commit() -> None:
    with client().pubsub(ignore_subscribe_messages=True) as pubsub:  # type: ignore[no-untyped-call]
        pubsub.subscribe(push.channel())
        pubsub.get_message(timeout=1)
        with transaction.atomic():
            push.push_events([EVENT])
            transaction.set_rollback(True)
        with transaction.atomic():
            push.push_events([EVENT, EVENT, OTHER], in_inbox=True)
            client().publish(push.channel(), "before the commit")
        client().publish(push.channel(), "after it")
        first, message, last = (pubsub.get_message(timeout=2)["data"] for _ in range(3))
    assert (first, last) == (b"before the commit", b"after it")
    update = push.decode(message)
    assert (update.moved, update.inbox, update.seats) == ([(7, "r")], [7], {})
    assert abs(update.at - time.time()) < 5


@pytest.mark.django_db(transaction=True)
def test_without_redis_a_step_continues_and_retries_it_rarely(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(push, "_silent_until", 0.0)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    for _ in range(3):
        with transaction.atomic():
            push.push_events([EVENT])
    assert len([one for one in caplog.records if "redis is away" in one.message]) == 1
