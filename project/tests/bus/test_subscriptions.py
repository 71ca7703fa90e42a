"""Subscriptions: readers that project or act, each with a cursor of its own."""

from collections.abc import Iterator

import pytest
from celery import current_app

from project.bus.consumers import CONSUMERS
from project.bus.decorators import subscription_task
from project.bus.projections import Projection
from project.bus.registry import StoredEvent, Subscription, bus
from project.bus.runner import run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.bus.store import append
from project.bus.subscriptions import project_recorded
from project.tests.bus.toy_domain import NEWEST, READINGS, Replied, Requested, ask, batch_of, record

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def _no_task_left_behind() -> Iterator[None]:
    """The Celery app forgets the sample's tasks."""
    yield
    for name in [name for name in current_app.tasks if name.startswith("sample.")]:
        current_app.tasks.unregister(name)


def _subscribe(subscription: Subscription) -> None:
    bus.register_subscription(subscription)
    subscription_task(subscription.name)


def _reading(projection: Projection = READINGS) -> Subscription:
    return Subscription(
        name="sample.reading", queue="catalogue", app="sample", events=(Requested,),
        projections=(projection,), tables=("sample_read",),
    )  # fmt: skip


def _run(name: str) -> None:
    run_cursor(CONSUMERS[name], is_redelivered=False)


def test_a_projecting_reader_follows_positions_not_ids() -> None:
    _subscribe(_reading())
    _, flow_ids = batch_of(3)
    ask(1)
    _run("sample.reading")
    _run("sample.reading")
    assert [row[0] for row in fetch("SELECT id FROM sample_read ORDER BY id")] == flow_ids
    assert fetch("SELECT name, position FROM bus_cursor") == [("sample.reading", 3)]


def test_a_percent_sign_in_a_projection_means_itself() -> None:
    _subscribe(_reading())
    record(Requested(thing="100 percent"), Requested(thing="50 percent"))
    sequence_outbox()
    _run("sample.reading")
    assert fetch("SELECT thing FROM sample_read") == [("50 percent",)]


def test_events_that_meet_in_a_row_of_the_reader_come_one_after_the_other() -> None:
    events = [Requested(thing=thing, amount=n) for thing, n in (("a", 1), ("b", 2), ("c", 1))]
    project_recorded(_reading(NEWEST), record(*events))
    assert fetch("SELECT id, thing FROM sample_read ORDER BY id") == [(1, "c"), (2, "b")]


def test_an_acting_reader_says_something_in_the_transaction_of_its_cursor() -> None:
    def act(some: list[StoredEvent]) -> None:
        append(
            [Replied(thing=f"{one.event.stream}") for one in some],
            flow_ids=[one.id for one in some],
        )

    _subscribe(
        Subscription(
            name="sample.acting", queue="accounts", app="sample", events=(Requested,), handler=act
        )
    )
    batch_of(2)
    _run("sample.acting")
    _run("sample.acting")
    assert fetch("SELECT thing, flow_id FROM sample_replied ORDER BY id") == [
        ("thing:0", 1),
        ("thing:1", 2),
    ]


def test_a_reader_that_fails_on_one_event_goes_on_with_the_others() -> None:
    _subscribe(_reading())
    batch_of(3)
    run("INSERT INTO sample_read (id, thing) VALUES (2, 'in the way')")
    _run("sample.reading")
    assert fetch("SELECT id, thing FROM sample_read ORDER BY id") == [
        (1, "0"), (2, "in the way"), (3, "2"),
    ]  # fmt: skip
    assert fetch("SELECT task, flow_id FROM bus_dead_letter") == [("sample.reading", 2)]
