"""A student leaves: everything is dropped by the term's schedule, and the waitlist moves on."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from modules.rules.terms import Days, Deadlines
from modules.services.catalogue import term_save
from project.accounts.models import User
from project.bus.sql import fetch
from project.testing.in_process import get_announcements, paid
from project.testing.system.world import World
from project.web.errors.base import Refusal
from registration.services import students_end

HOUR = timedelta(hours=1)


def term(world: World, **until: datetime) -> None:
    today = datetime.now(UTC).date()
    days = Days(today - timedelta(days=9), today + timedelta(days=90))
    term_save(code="T1", name="T1", term=world.term, days=days, deadlines=Deadlines(**until))


def item(world: World, registration: UUID, section: int) -> str:
    return world.items(registration)[section]


@pytest.mark.parametrize(("is_late", "refund"), [(False, 0), (True, 500)])
def test_seat_and_fee_of_a_student_who_leaves(
    quiet_world: World, is_late: bool, refund: int
) -> None:
    world = quiet_world
    if is_late:
        term(world, refund_until=datetime.now(UTC) - HOUR)
    section, other = world.section(seats=1), world.section(seats=1)
    leaver, waiting, holder = world.students(3)
    world.ready()
    world.submit(holder, other)
    world.ready()
    got, waits = world.submit(leaver, section, other), world.submit(waiting, section)
    world.ready()
    assert [item(world, got, section), item(world, got, other)] == ["confirmed", "waitlisted"]
    assert students_end([leaver, leaver]) == 1
    world.ready()
    assert [item(world, got, section), item(world, got, other)] == ["dropped", "dropped"]
    assert item(world, waits, section) == "confirmed"
    assert paid(leaver) == refund
    assert not User.objects.get(id=leaver).is_active
    assert get_announcements(got).count("left") == (2 if is_late else 1)
    assert students_end([leaver]) == 0


def test_what_is_undecided_is_dropped_by_its_decision(quiet_world: World) -> None:
    world = quiet_world
    section = world.section()
    (student,) = world.students(1)
    world.ready()
    got = world.submit(student, section)
    students_end([student])
    world.ready()
    assert item(world, got, section) == "dropped"
    assert paid(student) == 0


def test_terms_that_are_over_stay_as_they_were(quiet_world: World) -> None:
    world = quiet_world
    section = world.section()
    (student,) = world.students(1)
    world.ready()
    got = world.submit(student, section)
    world.ready()
    over = Days(date(2020, 1, 1), date(2020, 5, 1))
    term_save(code="T1", name="T1", term=world.term, days=over, deadlines=Deadlines())
    world.ready()
    students_end([student])
    world.ready()
    assert item(world, got, section) == "confirmed"


def test_who_has_left_registers_no_more(quiet_world: World) -> None:
    section = quiet_world.section()
    (student,) = quiet_world.students(1)
    quiet_world.ready()
    students_end([student])
    with pytest.raises(Refusal):
        quiet_world.submit(student, section)
    assert fetch("SELECT count(*) FROM registration_item") == [(0,)]
