"""Two writers where there must be one: the constraints have the last word, and without them the
seat is sold twice."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from modules.selectors.seats import load_seat_snapshot
from modules.services import seats as service
from modules.tests import given
from modules.tests.test_seats import resized
from project.bus import locks
from project.bus.line import stamp
from project.bus.running import run_cursor
from project.bus.sql import fetch, run
from project.bus.tests.threads import (
    all_at_once,
    on_own_connection,
    somebody_waits_for_a_lock,
    until,
)
from project.bus.works import works
from project.refusals import Refusal

pytestmark = [pytest.mark.usefixtures("seats"), pytest.mark.slow]
GUARDS = ("one_live_allocation_per_seat", "one_live_allocation_per_student")


def two_writers(monkeypatch: pytest.MonkeyPatch, shares: Sequence[list[int]]) -> list[object]:
    """Each decides its submissions, and both have read before either writes: no lock helps."""
    read = load_seat_snapshot
    both_have_read = Barrier(2)

    def read_and_meet(**asked: object) -> object:
        seen = read(**asked)  # type: ignore[arg-type]
        both_have_read.wait(20)
        return seen

    monkeypatch.setattr("modules.services.seats.load_seat_snapshot", read_and_meet)
    while stamp():
        pass
    outcome = all_at_once([decider(causes) for causes in shares])
    monkeypatch.undo()
    return list(outcome)


def decider(causes: list[int]) -> Callable[[], None]:
    def decide() -> None:
        with transaction.atomic():
            service.seats_decide(causes=causes)

    return decide


@contextmanager
def without_guards() -> Iterator[None]:
    """The partial unique indexes are gone; afterwards they are there again, and nothing else."""
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
    section = given.section(1)
    causes = [[given.submitted(student, section)] for student in (1, 2)]
    outcome = two_writers(monkeypatch, causes)
    assert [type(one) for one in outcome if one is not None] == [IntegrityError]
    assert len(given.live(section)) == 1
    given.work()
    assert len(given.waiting(section)) == 1


def test_with_every_lock_disabled_a_student_has_one_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    section = given.section(None)
    causes = [[given.submitted(1, section)], [given.submitted(1, section)]]
    outcome = two_writers(monkeypatch, causes)
    assert [type(one) for one in outcome if one is not None] == [IntegrityError]
    assert given.live(section) == [(1, None)]
    given.work()


def test_control_without_the_constraints_the_last_seat_is_sold_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with without_guards():
        section = given.section(1)
        causes = [[given.submitted(student, section)] for student in (1, 2)]
        assert two_writers(monkeypatch, causes) == [None, None]
        assert sorted(student for student, _ in given.live(section)) == [1, 2]
        assert "no two live allocations on one seat" in given.broken()
        assert "live allocations are no more than the seats" in given.broken()


def two_shares(section: int) -> list[list[int]]:
    """120 submissions, half for each writer."""
    return [[given.submitted(n, section) for n in range(at, at + 60)] for at in (0, 60)]


def test_control_without_the_lock_60_of_100_seats_go_until_the_rest_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    section = given.section(100)
    outcome = two_writers(monkeypatch, two_shares(section))
    assert [type(one) for one in outcome if one is not None] == [IntegrityError]
    assert len(given.live(section)) == 60
    given.work()
    assert sorted(seat or 0 for _, seat in given.live(section)) == list(range(1, 101))


def test_control_without_lock_and_constraints_100_seats_are_sold_120_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with without_guards():
        section = given.section(100)
        assert two_writers(monkeypatch, two_shares(section)) == [None, None]
        assert len(given.live(section)) == 120
        assert "live allocations are no more than the seats" in given.broken()


def test_500_students_on_the_last_seat_and_five_writers_at_once() -> None:
    section = given.section(1)
    for student in range(500):
        given.submitted(student, section)
    while stamp():
        pass
    work = works["modules.lock"]
    outcome = all_at_once([lambda: run_cursor(work, is_redelivered=False)] * 5)
    assert outcome == [None] * 5
    assert given.live(section) == [(0, 1)]
    assert given.waiting(section) == list(range(1, 500))


def test_fewer_seats_wait_for_the_writer_and_then_see_what_is_taken() -> None:
    section = given.section(5)
    causes = [given.submitted(student, section) for student in (1, 2)]
    while stamp():
        pass
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            locks.hold(service.LOCK)
            smaller = pool.submit(on_own_connection, lambda: resized(section, 1))
            # Not on this connection: in a transaction it sees the others as they were.
            pool.submit(on_own_connection, lambda: until(somebody_waits_for_a_lock)).result()
            service.seats_decide(causes=causes)
        assert isinstance(smaller.exception(timeout=20), Refusal)
