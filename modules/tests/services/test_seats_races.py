"""Two writers where there must be one: the constraints refuse the second, and without them the
seat is sold twice."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from modules.selectors.seats import load_seat_snapshot
from modules.services import seats as service
from modules.tests import factories
from project.bus import locks
from project.bus.consumers import CONSUMERS
from project.bus.runner import run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.testing.db_threads import (
    all_at_once,
    on_own_connection,
    somebody_waits_for_a_lock,
    until,
)
from project.web.errors.base import Refusal

pytestmark = [pytest.mark.usefixtures("seats"), pytest.mark.slow]
GUARDS = ("one_live_allocation_per_seat", "one_live_allocation_per_student")


def two_writers(monkeypatch: pytest.MonkeyPatch, shares: Sequence[list[int]]) -> list[object]:
    """Each decides its share, and both have read before either writes, so no lock helps."""
    read = load_seat_snapshot
    both_have_read = Barrier(2)

    def read_and_meet(**asked: object) -> object:
        seen = read(**asked)  # type: ignore[arg-type]
        both_have_read.wait(20)
        return seen

    monkeypatch.setattr("modules.services.seats.load_seat_snapshot", read_and_meet)
    while sequence_outbox():
        pass
    outcome = all_at_once([decider(flow_ids) for flow_ids in shares])
    monkeypatch.undo()
    return list(outcome)


def decider(flow_ids: list[int]) -> Callable[[], None]:
    def decide() -> None:
        with transaction.atomic():
            service.seats_decide(flow_ids=flow_ids)

    return decide


@contextmanager
def without_guards() -> Iterator[None]:
    """Drop the partial unique indexes; afterwards restore them and empty the tables."""
    made = [
        fetch("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [n])[0][0] for n in GUARDS
    ]
    for name in GUARDS:
        run(f"DROP INDEX {name}")
    try:
        yield
    finally:
        tables = "modules_allocation, modules_waitlist_entry, modules_section, bus_event"
        run(f"TRUNCATE {tables} CASCADE")
        for definition in made:
            run(definition)


def test_with_every_lock_disabled_a_seat_is_sold_once(monkeypatch: pytest.MonkeyPatch) -> None:
    section = factories.section(1)
    flow_ids = [[factories.submitted(student, section)] for student in (1, 2)]
    outcome = two_writers(monkeypatch, flow_ids)
    assert [type(one) for one in outcome if one is not None] == [IntegrityError]
    assert len(factories.live(section)) == 1
    factories.work()
    assert len(factories.waiting(section)) == 1


def test_with_every_lock_disabled_a_student_has_one_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    section = factories.section(None)
    flow_ids = [[factories.submitted(1, section)], [factories.submitted(1, section)]]
    outcome = two_writers(monkeypatch, flow_ids)
    assert [type(one) for one in outcome if one is not None] == [IntegrityError]
    assert factories.live(section) == [(1, None)]
    factories.work()


def test_control_without_the_constraints_the_last_seat_is_sold_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with without_guards():
        section = factories.section(1)
        flow_ids = [[factories.submitted(student, section)] for student in (1, 2)]
        assert two_writers(monkeypatch, flow_ids) == [None, None]
        assert sorted(student for student, _ in factories.live(section)) == [1, 2]
        assert "no two live allocations on one seat" in factories.broken()
        assert "live allocations are no more than the seats" in factories.broken()


def two_shares(section: int) -> list[list[int]]:
    """120 submissions, half for each writer."""
    return [[factories.submitted(n, section) for n in range(at, at + 60)] for at in (0, 60)]


def test_control_without_the_lock_60_of_100_seats_go_until_the_rest_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    section = factories.section(100)
    outcome = two_writers(monkeypatch, two_shares(section))
    assert [type(one) for one in outcome if one is not None] == [IntegrityError]
    assert len(factories.live(section)) == 60
    factories.work()
    assert sorted(seat or 0 for _, seat in factories.live(section)) == list(range(1, 101))


def test_control_without_lock_and_constraints_100_seats_are_sold_120_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with without_guards():
        section = factories.section(100)
        assert two_writers(monkeypatch, two_shares(section)) == [None, None]
        assert len(factories.live(section)) == 120
        assert "live allocations are no more than the seats" in factories.broken()


def test_500_students_on_the_last_seat_and_five_writers_at_once() -> None:
    section = factories.section(1)
    for student in range(500):
        factories.submitted(student, section)
    while sequence_outbox():
        pass
    work = CONSUMERS["modules.lock"]
    outcome = all_at_once([lambda: run_cursor(work, is_redelivered=False)] * 5)
    assert outcome == [None] * 5
    assert factories.live(section) == [(0, 1)]
    assert factories.waiting(section) == list(range(1, 500))


def test_fewer_seats_wait_for_the_writer_and_then_see_what_is_taken() -> None:
    section = factories.section(5)
    flow_ids = [factories.submitted(student, section) for student in (1, 2)]
    while sequence_outbox():
        pass
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            locks.acquire_transaction_lock(service.LOCK)
            smaller = pool.submit(on_own_connection, lambda: factories.resized(section, 1))
            # Not on this connection: its transaction would not see the others' changes.
            pool.submit(on_own_connection, lambda: until(somebody_waits_for_a_lock)).result()
            service.seats_decide(flow_ids=flow_ids)
        assert isinstance(smaller.exception(timeout=20), Refusal)
