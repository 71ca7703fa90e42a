"""Redis: updated after the commit, never trusted, repaired from PostgreSQL."""

from collections.abc import Sequence

import pytest
from pytest_django import Settings

from modules import gateway, tasks
from modules.gateway import lock_key
from modules.rules.allocation import AllocationResult
from modules.rules.seat_snapshot import Allocation, SectionCounts
from modules.services.seats import seats_reconcile
from modules.tests import factories
from project.bus import rebuilding
from project.bus.sequencer import chains_in_flight, sequence_outbox
from project.bus.sql import run
from project.live import push, seat_counts
from project.live.seat_counts import Counts, count_key
from project.ops.redis import client

pytestmark = pytest.mark.usefixtures("seats")
CROWD = 4
Counted = tuple[int, int, int] | None


def seat(fencing_token: int, registration: str = "r") -> Allocation:
    return Allocation(
        section=7, student=1, registration=registration, seat=1, fencing_token=fencing_token
    )


def publish(
    *, taken: Sequence[Allocation] = (), freed: Sequence[Allocation] = (), counts: Counted = None
) -> None:
    """Publish the result of a transaction; `counts` are its fencing token, taken and waiting."""
    token, *both = counts or (1, 0, 0)
    changed = {7: SectionCounts(*both)} if counts else {}
    result = AllocationResult(taken=tuple(taken), freed=tuple(freed), counts=changed)
    gateway.publish(result, fencing_token=token, lock_seconds=900)


def locked() -> str | None:
    value = client().get(lock_key(7, 1))
    return value.decode() if isinstance(value, bytes) else None


def test_counts_follow_every_decision() -> None:
    section = factories.section(1)
    flow_ids = [factories.submitted(student, section) for student in (1, 2, 3)]
    factories.work()
    assert seat_counts.read([section]) == {section: Counts(taken=1, waiting=2)}
    factories.dropped(flow_ids[1], section)
    factories.work()
    assert seat_counts.read([section]) == {section: Counts(taken=1, waiting=1)}


def test_seat_is_locked_with_a_countdown_and_unlocked_when_it_is_released() -> None:
    section = factories.section(1)
    flow_id = factories.submitted(1, section)
    factories.work()
    assert 0 < client().ttl(lock_key(section, 1)) <= 900
    factories.dropped(flow_id, section)
    factories.work()
    assert client().get(lock_key(section, 1)) is None


def test_seat_that_was_allocated_and_released_at_once_is_not_locked() -> None:
    section = factories.section(1)
    factories.dropped(factories.submitted(1, section), section)
    factories.work()
    assert factories.events() == ["seats_decided", "seats_released"]
    assert client().get(lock_key(section, 1)) is None


def test_older_counts_that_come_late_change_nothing() -> None:
    publish(counts=(200, 5, 0))
    publish(counts=(100, 4, 0))
    assert seat_counts.read([7]) == {7: Counts(taken=5, waiting=0)}


def test_the_higher_fencing_token_has_the_seat() -> None:
    publish(taken=[seat(20, "new")])
    publish(taken=[seat(10, "old")])
    publish(freed=[seat(10, "old")])
    assert locked() == "20:new"
    publish(freed=[seat(20, "new")])
    assert locked() is None


def test_seat_that_changes_hands_at_once_ends_up_locked() -> None:
    publish(taken=[seat(10, "old")])
    publish(taken=[seat(20, "new")], freed=[seat(10, "old")])
    assert locked() == "20:new"


@pytest.mark.usefixtures("no_redis")
def test_without_redis_seats_are_decided_all_the_same() -> None:
    section = factories.section(1)
    factories.submitted(1, section)
    factories.work()
    assert factories.live(section) == [(1, 1)]
    assert seat_counts.read([section]) == {}


def test_what_is_wrong_is_put_right_and_what_is_strange_goes() -> None:
    section = factories.section(2)
    factories.submitted(1, section)
    factories.work()
    assert seats_reconcile() == []
    client().hset(count_key(section), "taken", 9)
    client().set(lock_key(section, 2), "1:nobody")
    client().delete(lock_key(section, 1))
    client().hset(count_key(404), "taken", 1)
    assert set(seats_reconcile()) == {
        *(lock_key(section, 1), lock_key(section, 2)),
        *(count_key(section), count_key(404)),
    }
    assert seats_reconcile() == []
    assert seat_counts.read([section]) == {section: Counts(taken=1, waiting=0)}


def test_reconciling_waits_while_many_wait_for_seats(settings: Settings) -> None:
    section = factories.section(9)
    client().hset(count_key(section), mapping={"taken": 9, "waiting": 0})
    settings.BATCH_SIZE = 1
    for student in range(4):
        factories.submitted(student, section)
    sequence_outbox()
    assert chains_in_flight() == CROWD
    tasks.reconcile()
    assert seat_counts.read([section])[section].taken == 9
    run("UPDATE bus_batch SET step = NULL WHERE id = (SELECT max(id) FROM bus_batch)")
    tasks.reconcile()
    assert seat_counts.read([section])[section].taken == 0
    factories.work()


def test_counts_that_pages_miss_are_made_again_however_many_wait(settings: Settings) -> None:
    section = factories.section(2)
    factories.submitted(1, section)
    factories.work()
    settings.BATCH_SIZE = 1
    for student in range(2, 6):
        factories.submitted(student, section)
    sequence_outbox()
    assert chains_in_flight() >= CROWD
    client().flushdb()
    tasks.reconcile()
    assert client().keys() == []
    assert seat_counts.read([section]) == {}
    tasks.reconcile()
    assert seat_counts.read([section]) == {section: Counts(taken=1, waiting=0)}
    assert client().get(lock_key(section, 1)) is not None
    assert not rebuilding.is_requested(seat_counts.NAME)
    factories.work()


def test_open_pages_receive_repaired_counts() -> None:
    section = factories.section(2)
    factories.work()
    client().flushdb()
    with client().pubsub(ignore_subscribe_messages=True) as pubsub:  # type: ignore[no-untyped-call]
        pubsub.subscribe(push.channel())
        pubsub.get_message(timeout=1)
        seats_reconcile()
        message = pubsub.get_message(timeout=2)
    assert message is not None
    assert push.decode(message["data"]).seats == {section: (0, 0)}
