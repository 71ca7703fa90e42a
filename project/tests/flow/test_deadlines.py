"""After a term's deadline no waitlist moves and nothing is charged, through the whole flow."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from modules.rules.terms import Days, Deadlines
from modules.selectors.catalogue import get_section
from modules.services.catalogue import section_save, term_save
from project.bus.sql import fetch, run
from project.testing.in_process import broken_invariants, get_announcements, paid
from project.testing.system.world import World
from project.web.errors.base import Refusal
from registration.services import (
    Opening,
    waitlists_watch,
    window_change,
    window_close,
    windows_open,
)

HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().date()


def windows_shut(world: World) -> None:
    """Every window of the term has closed."""
    for (window,) in fetch("SELECT id FROM registration_window"):
        moved = Opening(term=world.term, opens_at=now() - 2 * HOUR, closes_at=now() - HOUR)
        window_change(window=window, opening=moved)


def term_is(world: World, *, days: Days | None = None, **until: datetime) -> None:
    """The term gets these days and deadlines."""
    term_save(
        code="T1",
        name="Term 1",
        term=world.term,
        days=days or Days(),
        deadlines=Deadlines(**until),
    )


def last_month() -> Days:
    return Days(today() - timedelta(days=120), today() - timedelta(days=30))


def windows_shut_but_term_open(world: World) -> None:
    windows_shut(world)
    term_is(world, add_until=now() + HOUR)


def another_window(world: World) -> None:
    """One window has closed, another is still open."""
    windows_shut(world)
    windows_open([Opening(term=world.term, opens_at=now() - HOUR, closes_at=now() + HOUR, year=1)])


def windows_taken_away(world: World) -> None:
    """No window is left, and the term is over."""
    for (window,) in fetch("SELECT id FROM registration_window"):
        window_close(window=window)
    term_is(world, days=last_month())


OVER: dict[str, Callable[[World], None]] = {
    "its last window closed": windows_shut,
    "`add_until` has passed": lambda world: term_is(world, add_until=now() - HOUR),
    "`add_until` has passed by a second": lambda world: term_is(
        world, add_until=now() - timedelta(seconds=1)
    ),
    "the term is over": lambda world: term_is(world, days=last_month()),
    "the term ended yesterday": lambda world: term_is(
        world, days=Days(today() - timedelta(days=90), today() - timedelta(days=1))
    ),
    "there is no window, and the term is over": windows_taken_away,
}
STILL_ON: dict[str, Callable[[World], None]] = {
    "a window is open": lambda world: None,
    "one window closed, another is open": another_window,
    "`add_until` is to come, though the windows have closed": windows_shut_but_term_open,
    "the term ends today": lambda world: term_is(
        world, days=Days(today() - timedelta(days=90), today())
    ),
    "`add_until` is to come, though the term is over": lambda world: term_is(
        world, days=last_month(), add_until=now() + HOUR
    ),
}


class Waiting:
    """One seat: the first student has it, the second waits for it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.section = world.section(seats=1)
        self.first, self.second = world.students(2)
        world.ready()
        self.has = world.submit(self.first, self.section)
        self.waits = world.submit(self.second, self.section)
        world.ready()
        assert self.states() == ("confirmed", "waitlisted")

    def states(self) -> tuple[str, str]:
        return self.world.items(self.has)[self.section], self.world.items(self.waits)[self.section]


@pytest.fixture
def waiting(quiet_world: World) -> Waiting:
    return Waiting(quiet_world)


def close(world: World) -> None:
    with transaction.atomic():
        waitlists_watch()
    world.ready()


def another_seat(world: World, section: int) -> None:
    """Staff add a seat."""
    stored = get_section(section=section)
    assert stored is not None
    assert stored.seats is not None
    section_save(section=replace(stored, seats=stored.seats + 1))
    world.ready()


@pytest.mark.parametrize("how", OVER)
def test_no_seat_and_no_fee_after_the_deadline_but_word_of_it_once(
    waiting: Waiting, how: str
) -> None:
    world = waiting.world
    OVER[how](world)
    world.ready()
    another_seat(world, waiting.section)
    assert waiting.states() == ("confirmed", "waitlisted")
    assert paid(waiting.second) == 0
    for _ in range(2):
        close(world)
    assert waiting.states() == ("confirmed", "refused")
    assert paid(waiting.second) == 0
    assert get_announcements(waiting.waits) == ["decided", "waitlist_closed"]
    assert get_announcements(waiting.has) == ["decided"]


@pytest.mark.parametrize("how", STILL_ON)
def test_until_the_deadline_the_waitlist_moves(waiting: Waiting, how: str) -> None:
    world = waiting.world
    STILL_ON[how](world)
    world.ready()
    close(world)
    another_seat(world, waiting.section)
    assert waiting.states() == ("confirmed", "confirmed")
    assert get_announcements(waiting.waits) == ["decided", "moved_up"]


@pytest.mark.parametrize("how", ["its last window closed", "`add_until` has passed"])
def test_a_seat_released_after_the_deadline_stays_free(waiting: Waiting, how: str) -> None:
    world = waiting.world
    OVER[how](world)
    world.ready()
    world.drop(waiting.first, waiting.has, waiting.section)
    close(world)
    assert waiting.states() == ("dropped", "refused")
    assert (paid(waiting.first), paid(waiting.second)) == (0, 0)


def test_whoever_may_still_register_takes_the_free_seat_but_joins_no_waitlist(
    quiet_world: World,
) -> None:
    world = quiet_world
    term_is(world, add_until=now() - HOUR)
    section = world.section(seats=1)
    students = world.students(3)
    world.ready()
    got = [world.submit(student, section) for student in students]
    world.ready()
    assert [world.items(one)[section] for one in got] == ["confirmed", "refused", "refused"]
    codes = fetch("SELECT DISTINCT code FROM registration_item WHERE state = 'refused'")
    assert codes == [("deadline",)]


def test_many_students_are_notified_once_each(quiet_world: World) -> None:
    world = quiet_world
    sections = [world.section(seats=1) for _ in range(2)]
    students = world.students(8)
    world.ready()
    got = [world.submit(student, *sections) for student in students]
    world.ready()
    windows_shut(world)
    close(world)
    assert [get_announcements(one) for one in got[1:]] == [["decided", "waitlist_closed"]] * 7
    assert [set(world.items(one).values()) for one in got] == [{"confirmed"}] + [{"refused"}] * 7


DROPS: dict[str, tuple[Callable[[World], None], str, int]] = {
    "nothing is set": (lambda world: None, "dropped", 0),
    "both deadlines are to come": (
        lambda world: term_is(world, drop_until=now() + 2 * HOUR, refund_until=now() + HOUR),
        "dropped",
        0,
    ),
    "the refund deadline has passed": (
        lambda world: term_is(world, refund_until=now() - HOUR),
        "dropped",
        500,
    ),
    "the refund deadline has passed, one may still drop": (
        lambda world: term_is(world, drop_until=now() + HOUR, refund_until=now() - HOUR),
        "dropped",
        500,
    ),
    "the drop deadline has passed": (
        lambda world: term_is(world, drop_until=now() - HOUR),
        "confirmed",
        500,
    ),
    "the term ended months ago": (
        lambda world: term_is(world, days=last_month()),
        "confirmed",
        500,
    ),
    "the term is over, whatever `drop_until` says": (
        lambda world: term_is(world, days=last_month(), drop_until=now() + HOUR),
        "confirmed",
        500,
    ),
    "the term ends today": (
        lambda world: term_is(world, days=Days(today() - timedelta(days=90), today())),
        "dropped",
        0,
    ),
}


@pytest.mark.parametrize("how", DROPS)
def test_what_a_drop_does_and_pays_back(quiet_world: World, how: str) -> None:
    world, (make, state, left) = quiet_world, DROPS[how]
    section = world.section(credits=5)
    (student,) = world.students(1)
    world.ready()
    got = world.submit(student, section)
    world.ready()
    assert paid(student) == 500
    make(world)
    world.ready()
    if state == "confirmed":
        with pytest.raises(Refusal, match="could be dropped until") as no:
            world.drop(student, got, section)
        assert no.value.code == "drop_over"
    else:
        world.drop(student, got, section)
    world.ready()
    assert (world.items(got)[section], paid(student)) == (state, left)


def test_a_refund_that_was_kept_back_is_no_broken_proof_but_one_too_much_is(
    broken_world: World,
) -> None:
    world = broken_world
    section = world.section(credits=5)
    (student,) = world.students(1)
    world.ready()
    got = world.submit(student, section)
    world.ready()
    term_is(world, refund_until=now() - HOUR)
    world.ready()
    world.drop(student, got, section)
    world.ready()
    assert broken_invariants() == []
    run("ALTER TABLE bus_event DISABLE TRIGGER USER")
    run(
        "UPDATE bus_event SET data = data - 'refund_percent' WHERE type = 'registration.dropped.v1'"
    )
    assert [one.invariant for one in broken_invariants()] == ["money and items agree"]


def test_one_may_not_be_paid_back_for_longer_than_one_may_drop(quiet_world: World) -> None:
    with pytest.raises(IntegrityError, match="refunds_no_longer"):
        term_is(quiet_world, drop_until=now(), refund_until=now() + HOUR)
