"""A student who is not eligible when a seat becomes free is passed over: the whole flow, in one
process."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest

from modules.selectors.catalogue import get_section
from modules.services.catalogue import section_save
from project.accounts.models import User
from project.bus.sql import fetch
from project.events.modules import Meeting
from project.testing.in_process import get_announcements, paid
from project.testing.system.world import CREDIT_LIMIT, PROGRAMME, World
from registration.services import Admission, block_lift, block_put, student_change, waitlists_watch

MONDAY, TUESDAY = ((Meeting(kind="LE", day=day, start=540, end=600),) for day in (0, 1))


@dataclass
class Waitlist:
    """One seat of a section on Monday; three students, of whom the first has it, and another
    section at the same time."""

    world: World
    section: int = 0
    other: int = 0
    students: list[int] = field(default_factory=list)
    got: list[UUID] = field(default_factory=list)
    others: list[UUID] = field(default_factory=list)

    def begin(self, *, credits: int = 5) -> None:
        self.section = self.world.section(seats=1, meetings=MONDAY, credits=credits)
        self.other = self.world.section(seats=9, meetings=MONDAY, credits=credits)
        self.students = self.world.students(3)
        self.world.ready()
        self.got = [self.world.submit(student, self.section) for student in self.students]
        self.world.ready()
        assert self.states == ["confirmed", "waitlisted", "waitlisted"]

    @property
    def states(self) -> list[str]:
        return [self.world.items(one)[self.section] for one in self.got]

    @property
    def codes(self) -> list[str]:
        rows = fetch("SELECT code FROM registration_item WHERE section_id = %s", [self.section])
        return [code for (code,) in rows if code]

    def first_drops(self) -> None:
        self.world.drop(self.students[0], self.got[0], self.section)
        self.world.ready()

    def takes_other(self, number: int) -> None:
        """That student gets the section that meets at the same time."""
        self.others.append(self.world.submit(self.students[number], self.other))
        self.world.ready()

    def change(self, section: int, **fields: object) -> None:
        """Staff edit the section."""
        stored = get_section(section=section)
        assert stored is not None
        section_save(section=replace(stored, **fields))  # type: ignore[arg-type]
        self.world.ready()

    def limit(self, number: int, credits: int) -> None:
        student_change(
            Admission(
                student=self.students[number],
                programme=PROGRAMME,
                year=1,
                credit_limit_quarters=credits * 4,
            )
        )
        self.world.ready()

    def watch(self) -> None:
        waitlists_watch()
        self.world.ready()


@pytest.fixture
def waitlist(quiet_world: World) -> Waitlist:
    made = Waitlist(quiet_world)
    made.begin()
    return made


def leaves(waitlist: Waitlist) -> None:
    User.objects.filter(id=waitlist.students[1]).update(is_active=False)


def is_blocked(waitlist: Waitlist) -> None:
    block_put(student=waitlist.students[1], reason="Fees are due.")


def is_blocked_twice(waitlist: Waitlist) -> None:
    is_blocked(waitlist)
    is_blocked(waitlist)


def leaves_with_a_block(waitlist: Waitlist) -> None:
    leaves(waitlist)
    is_blocked(waitlist)


def has_the_module(waitlist: Waitlist) -> None:
    stored = get_section(section=waitlist.section)
    assert stored is not None
    twin = waitlist.world.section(module=stored.module_code, code="02", meetings=TUESDAY)
    waitlist.world.ready()
    waitlist.world.submit(waitlist.students[1], twin)
    waitlist.world.ready()


def was_blocked(waitlist: Waitlist) -> None:
    """A block that was lifted excludes nobody."""
    block_lift(block=block_put(student=waitlist.students[1], reason="Fees are due."))


OUT: dict[str, tuple[Callable[[Waitlist], None], str]] = {
    "has left": (leaves, "inactive"),
    "is blocked": (is_blocked, "blocked"),
    "is blocked twice": (is_blocked_twice, "blocked"),
    "has left, with a block": (leaves_with_a_block, "inactive"),
    "has the module": (has_the_module, "already_registered"),
}


@pytest.mark.parametrize("why", OUT)
def test_who_may_not_register_is_passed_over_and_the_next_has_the_seat(
    waitlist: Waitlist, why: str
) -> None:
    change, code = OUT[why]
    change(waitlist)
    before = paid(waitlist.students[1])
    waitlist.first_drops()
    assert waitlist.states == ["dropped", "refused", "confirmed"]
    assert code in waitlist.codes
    assert paid(waitlist.students[1]) == before
    assert get_announcements(waitlist.got[1]) == ["decided", "refused"]
    assert get_announcements(waitlist.got[2]) == ["decided", "moved_up"]


def test_a_block_that_was_lifted_keeps_nobody_out(waitlist: Waitlist) -> None:
    was_blocked(waitlist)
    waitlist.first_drops()
    assert waitlist.states == ["dropped", "confirmed", "waitlisted"]


def drops_the_other(waitlist: Waitlist) -> None:
    waitlist.world.drop(waitlist.students[1], waitlist.others[0], waitlist.other)
    waitlist.world.ready()


# What makes the second student ineligible, and what removes it.
IN_THE_WAY: dict[str, tuple[Callable[[Waitlist], None], Callable[[Waitlist], None], str]] = {
    "a conflict, until the other section is dropped": (
        lambda waitlist: waitlist.takes_other(1),
        drops_the_other,
        "time_conflict",
    ),
    "a conflict, until the other section moves": (
        lambda waitlist: waitlist.takes_other(1),
        lambda waitlist: waitlist.change(waitlist.other, meetings=TUESDAY),
        "time_conflict",
    ),
    "a conflict, until this section moves": (
        lambda waitlist: waitlist.takes_other(1),
        lambda waitlist: waitlist.change(waitlist.section, meetings=TUESDAY),
        "time_conflict",
    ),
    "the credit limit, until the registry raises it": (
        lambda waitlist: waitlist.limit(1, 4),
        lambda waitlist: waitlist.limit(1, CREDIT_LIMIT),
        "credit_limit",
    ),
    "the credit limit, until another section is dropped": (
        lambda waitlist: (waitlist.takes_other(1), waitlist.limit(1, 9))[-1],  # type: ignore[func-returns-value]
        drops_the_other,
        "time_conflict",
    ),
}


@pytest.mark.parametrize("why", IN_THE_WAY)
def test_who_cannot_have_it_now_keeps_the_place_and_gets_the_seat_later(
    waitlist: Waitlist, why: str
) -> None:
    stand, clear, code = IN_THE_WAY[why]
    stand(waitlist)
    waitlist.first_drops()
    assert waitlist.states == ["dropped", "waitlisted", "confirmed"]
    assert waitlist.codes == ["dropped_by_student", code]
    assert get_announcements(waitlist.got[1]) == ["decided", "passed_over"]
    clear(waitlist)
    assert waitlist.states == ["dropped", "waitlisted", "confirmed"], "no seat is free yet"
    waitlist.world.drop(waitlist.students[2], waitlist.got[2], waitlist.section)
    waitlist.world.ready()
    assert waitlist.states == ["dropped", "confirmed", "dropped"]
    # The move of a section is announced on its own, sooner or later than the seat.
    about_the_seat = [one for one in get_announcements(waitlist.got[1]) if one != "section_moved"]
    assert about_the_seat == ["decided", "passed_over", "moved_up"]


@pytest.mark.parametrize("why", IN_THE_WAY)
def test_a_free_seat_goes_to_them_as_soon_as_nothing_stands_in_the_way(
    waitlist: Waitlist, why: str
) -> None:
    stand, clear, _ = IN_THE_WAY[why]
    stand(waitlist)
    waitlist.world.drop(waitlist.students[2], waitlist.got[2], waitlist.section)
    waitlist.first_drops()
    assert waitlist.states == ["dropped", "waitlisted", "dropped"]
    offers = "SELECT count(*) FROM bus_event WHERE type = 'modules.seat_offered.v1'"
    assert fetch(offers) == [(1,)], "nobody is offered the same again and again"
    clear(waitlist)
    assert waitlist.states == ["dropped", "confirmed", "dropped"]
    assert fetch(offers) == [(2,)]


def test_nobody_is_moved_into_a_closed_section_and_all_keep_their_places(
    waitlist: Waitlist,
) -> None:
    waitlist.change(waitlist.section, is_open=False)
    for _ in range(2):
        waitlist.watch()
    waitlist.first_drops()
    assert waitlist.states == ["dropped", "waitlisted", "waitlisted"]
    assert get_announcements(waitlist.got[1]) == ["decided", "waitlist_halted"]
    waitlist.change(waitlist.section, is_open=True)
    assert waitlist.states == ["dropped", "confirmed", "waitlisted"]
    waitlist.watch()
    assert get_announcements(waitlist.got[1]) == ["decided", "waitlist_halted", "moved_up"]
    assert get_announcements(waitlist.got[2]) == ["decided", "waitlist_halted", "waitlist_resumed"]


def test_a_section_that_is_closed_while_its_seat_is_on_offer_takes_nobody(
    waitlist: Waitlist,
) -> None:
    world = waitlist.world
    world.drop(waitlist.students[0], waitlist.got[0], waitlist.section)
    world.system.do_until("registration.evaluate")  # type: ignore[attr-defined]
    waitlist.change(waitlist.section, is_open=False)
    assert waitlist.states == ["dropped", "waitlisted", "waitlisted"]
    waitlist.change(waitlist.section, is_open=True)
    assert waitlist.states == ["dropped", "confirmed", "waitlisted"]
