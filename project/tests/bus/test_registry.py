"""What apps register, and what the platform refuses of it."""

import pytest
from celery import current_app
from django.apps import apps
from django.core.exceptions import AppRegistryNotReady

from project.bus.queues import WorkQueue
from project.bus.registry import Cursor, Registry, bus
from project.tests.bus.toy_domain import Replied, Requested


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_a_queue_belongs_to_one_app(registry: Registry) -> None:
    registry.register_queue(WorkQueue(name="one"), WorkQueue(name="other"))
    with pytest.raises(ValueError, match="two apps read the queue one"):
        registry.register_queue(WorkQueue(name="one"))


def test_only_who_asks_for_it_is_the_single_active_consumer(registry: Registry) -> None:
    registry.register_queue(
        WorkQueue(name="many"), WorkQueue(name="single", single_active_consumer=True)
    )
    arguments = {one.name: one.queue_arguments or {} for one in registry.declarations()}
    assert arguments["single"].pop("x-single-active-consumer") is True
    assert arguments["single"] == arguments["many"]


def test_two_cursors_never_decide_on_one_type(registry: Registry) -> None:
    registry.register_cursor(Cursor(name="first", events=(Replied,)))
    with pytest.raises(ValueError, match=r"first and second both decide on sample\.replied\.v1"):
        registry.register_cursor(Cursor(name="second", events=(Requested, Replied)))


def test_who_asks_for_the_queues_while_apps_register_is_refused(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apps, "ready", False)
    with pytest.raises(AppRegistryNotReady):
        registry.declarations()
    monkeypatch.undo()
    assert registry.declarations() == ()


def test_celery_has_every_queue_that_was_registered() -> None:
    assert set(current_app.amqp.queues) == set(bus.queues) != set()
