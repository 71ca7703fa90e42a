"""Two versions side by side: what one does not know waits for the other, and stops nothing."""

from collections.abc import Sequence

import pytest
from django.db import transaction
from kombu import Connection

from project.bus.consumers import Consumer
from project.bus.dead_letters import ask_retry, note_seen
from project.bus.registry import bus
from project.bus.relay import Relay
from project.bus.runner import run_batch
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.bus.unknown import readmit_known_events
from project.bus.watchdog import redrive_late
from project.events.flow import Flow, Step
from project.events.registry import EVENT_TYPES
from project.tests.bus.broker_queues import body, take_all, tasks_in
from project.tests.bus.toy_domain import (
    FLOW,
    TASKS,
    Replied,
    Requested,
    ask,
    done,
    note_done,
    record,
    work_on,
)

FRESH = Step(task="sample.fresh", queue="authorise", compensation=None)


def _steps_are(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> None:
    """From now on this process is a version whose flow has these steps."""
    flow = Flow(name=FLOW.name, event=Requested, steps=steps)
    monkeypatch.setattr(bus, "flow_by_event", {Requested: flow})


def _batch_of(version: Sequence[Step], monkeypatch: pytest.MonkeyPatch, count: int = 1) -> int:
    """A batch that a process of that version has put together and published, due now."""
    with monkeypatch.context() as before:
        _steps_are(before, *version)
        ask(count)
        (one,) = sequence_outbox()
    run(
        "UPDATE bus_batch SET confirmed_at = sequenced_at,"
        " due_at = clock_timestamp() - '1s'::interval WHERE id = %s",
        [one.batch],
    )
    return one.batch


def _dead_letters() -> list[tuple[str, int | None, int | None]]:
    return fetch(
        "SELECT task, flow_id, batch_id FROM bus_dead_letter WHERE resolved_at IS NULL ORDER BY id"
    )


def _step_of(batch: int) -> object:
    return fetch("SELECT step FROM bus_batch WHERE id = %s", [batch])[0][0]


def _do(task: str, batch: int) -> None:
    """What a pool does with the message (task, batch)."""

    def handler(flow_ids: Sequence[int]) -> None:
        note_done(task, flow_ids)

    work = Consumer(task=task, queue="decide", handler=handler)
    run_batch(work, batch=batch, is_redelivered=False)


FIRST, SECOND, THIRD = FLOW.steps
NOW = {
    "one more in the middle": (FIRST, FRESH, SECOND, THIRD),
    "one more in front": (FRESH, FIRST, SECOND, THIRD),
    "the middle one gone": (FIRST, THIRD),
    "another order": (SECOND, FIRST, THIRD),
    "the same": FLOW.steps,
}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("now", NOW.values(), ids=NOW.keys())
def test_a_batch_half_way_through_the_old_table_finishes_under_the_new_one(
    now: tuple[Step, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _batch_of(FLOW.steps, monkeypatch, count=2)
    _do("sample.first", batch)
    _steps_are(monkeypatch, *now)
    for task in TASKS:  # the message of the first is doubled
        _do(task, batch)
    assert _step_of(batch) is None
    assert [len(done(task)) for task in TASKS] == [2, 2, 2], "each item once at each step"


@pytest.mark.parametrize("now", NOW.values(), ids=NOW.keys())
def test_the_watchdog_drives_a_batch_along_the_steps_it_was_put_together_with(
    now: tuple[Step, ...], broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _batch_of(FLOW.steps, monkeypatch)
    _do("sample.first", batch)
    run("UPDATE bus_batch SET due_at = clock_timestamp() - '1s'::interval")
    _steps_are(monkeypatch, *now)
    redrive_late()
    if SECOND in now:
        (message,) = take_all(broker, "capture")
        assert body(message)[0] == [batch]
        assert [one["task"] for one in body(message)[2]["chain"]] == ["sample.third"]
        assert _dead_letters() == []
    else:
        assert _dead_letters() == [("sample.second", None, batch)]


def test_a_late_batch_is_overtaken_only_by_one_that_passed_the_step_of_that_name(
    broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newer batch stands at its second step too, but that is another one."""
    old = _batch_of(FLOW.steps, monkeypatch)
    _do("sample.first", old)
    new = _batch_of((FRESH, FIRST, SECOND, THIRD), monkeypatch)
    run(
        "UPDATE bus_batch SET due_at = clock_timestamp() - '1s'::interval, step = 'sample.second'"
        " WHERE id = %s",
        [old],
    )
    run(
        "UPDATE bus_batch SET due_at = clock_timestamp() + '1h'::interval, step = 'sample.second',"
        " finished = ARRAY[clock_timestamp(), clock_timestamp()] WHERE id = %s",
        [new],
    )
    run("UPDATE bus_batch SET finished[2] = clock_timestamp() WHERE id = %s", [old])
    assert redrive_late() == 0, "its own step moves: it waits behind others"
    run("UPDATE bus_batch SET step = 'sample.third' WHERE id = %s", [new])
    assert redrive_late() == 1, "now it is overtaken"


def test_a_batch_at_an_unknown_step_becomes_a_dead_letter_and_the_others_go_on(
    broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = _batch_of((FRESH, *FLOW.steps), monkeypatch)
    neighbour = _batch_of(FLOW.steps, monkeypatch)
    redrive_late()
    assert _dead_letters() == [("sample.fresh", None, stranger)]
    assert tasks_in(broker, "decide") == [("sample.first", [neighbour])]
    run("UPDATE bus_batch SET due_at = clock_timestamp() - '1s'::interval WHERE id = 2")
    redrive_late()
    assert _dead_letters() == [("sample.fresh", None, stranger)], "once, not each sweep"


def test_a_batch_whose_flow_is_gone_is_driven_on(
    broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _batch_of(FLOW.steps, monkeypatch)
    other = Flow(name="another", event=Replied, steps=FLOW.steps)
    monkeypatch.setattr(bus, "flow_by_event", {Replied: other})
    assert redrive_late() == 1
    assert tasks_in(broker, "decide") == [("sample.first", [batch])]


def test_a_batch_goes_on_by_itself_where_its_step_is_known(
    broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _batch_of((FRESH, *FLOW.steps), monkeypatch)
    redrive_late()
    _steps_are(monkeypatch, FRESH, *FLOW.steps)
    redrive_late()
    assert tasks_in(broker, "authorise") == [("sample.fresh", [batch])]
    assert _dead_letters() == []


@pytest.mark.usefixtures("broker")
def test_what_waits_for_a_version_cannot_be_marked_as_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would never go on: nothing but its dead letter knows of it."""
    _batch_of((FRESH, *FLOW.steps), monkeypatch)
    redrive_late()
    ((dead_letter,),) = fetch("SELECT id FROM bus_dead_letter")
    assert note_seen(dead_letter_ids=[dead_letter]) == 0


def test_the_way_is_sent_as_far_as_it_is_known(
    broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _batch_of((FIRST, SECOND, FRESH, THIRD), monkeypatch)
    redrive_late()
    (message,) = take_all(broker, "decide")
    assert [one["task"] for one in body(message)[2]["chain"]] == ["sample.second"]
    assert _dead_letters() == []


def test_a_relay_with_an_unconfirmed_batch_at_an_unknown_step_starts_and_goes_on(
    broker: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = _batch_of((FRESH, *FLOW.steps), monkeypatch)
    run("UPDATE bus_batch SET confirmed_at = NULL")
    ask(1)
    relay = Relay()
    relay.run_once()
    assert _dead_letters() == [("sample.fresh", None, stranger)]
    assert tasks_in(broker, "decide") == [("sample.first", [stranger + 1])]
    assert fetch("SELECT count(*) FROM bus_batch WHERE confirmed_at IS NULL") == [(0,)]


@pytest.fixture
def newer_event(world: None, monkeypatch: pytest.MonkeyPatch) -> int:
    """An event of a type that only the newer version knows; an older relay is at work."""
    (event,) = record(Replied(thing="new"))
    monkeypatch.delitem(EVENT_TYPES, Replied.type)
    return event


@pytest.mark.usefixtures("world")
def test_an_event_of_an_unknown_type_becomes_a_dead_letter_and_the_others_get_their_positions(
    newer_event: int,
) -> None:
    (known,) = ask(1)
    assert [one.types for one in sequence_outbox()] == [(Requested.type,)]
    assert fetch("SELECT position, event_id FROM bus_position") == [(1, known)]
    assert _dead_letters() == [("bus.sequence", newer_event, None)]
    assert fetch("SELECT * FROM bus_outbox") == []


@pytest.mark.usefixtures("world")
def test_a_relay_that_knows_the_type_gives_the_event_its_position(
    newer_event: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequence_outbox()
    assert readmit_known_events() == 0
    monkeypatch.setitem(EVENT_TYPES, Replied.type, Replied)
    assert readmit_known_events() == 1
    sequence_outbox()
    assert fetch("SELECT position, event_id FROM bus_position") == [(1, newer_event)]
    assert _dead_letters() == []


@pytest.mark.usefixtures("world")
def test_trying_again_leaves_a_event_of_an_unknown_type_where_it_is(newer_event: int) -> None:
    sequence_outbox()
    ((dead_letter,),) = fetch("SELECT id FROM bus_dead_letter")
    with transaction.atomic():
        assert ask_retry(dead_letter_ids=[dead_letter]) == 0


@pytest.mark.usefixtures("world")
def test_a_message_for_a_step_that_the_batch_never_had_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = _batch_of(FLOW.steps, monkeypatch)
    work = Consumer(task="sample.fresh", queue="decide", handler=work_on)
    run_batch(work, batch=batch, is_redelivered=False)
    assert (_step_of(batch), done()) == ("sample.first", [])
