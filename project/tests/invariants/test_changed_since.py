"""What staff changed after a seat was given breaks no invariant and is listed; a seat that was
given against a rule breaks one, whatever staff changed since."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import transaction

from modules.selectors.catalogue import get_section
from modules.services.catalogue import section_save
from project.bus.store import append
from project.events.modules import Meeting
from project.events.registration import RequestedItem, Submitted
from project.events.vocabulary import Mode, OnFull
from project.invariants.runner import check_invariants
from project.ops.ids import uuid7
from project.ops.redis import client
from project.testing.in_process import world_in_process
from project.testing.system.world import PROGRAMME, World
from registration.services import Admission, student_change

CONFLICT = "no conflict in any schedule"
CREDITS = "registration: credits within the limit"
MONDAY = (Meeting(kind="LE", day=0, start=540, end=600),)
LATE_MONDAY = (Meeting(kind="LE", day=0, start=590, end=650),)
TUESDAY = (Meeting(kind="LE", day=1, start=540, end=600),)
EXAM = (Meeting(kind="FI", date="2026-12-14", start=540, end=600),)
ELSEWHERE = (Meeting(kind="LE", day=0, start=540, end=600, room="HALL 9"),)
Meetings = tuple[Meeting, ...]


@pytest.fixture
def world(db: None) -> World:
    """A world in this process and in one transaction, which is quicker to take back."""
    client().flushdb()
    return world_in_process()


def change(section: int, **fields: object) -> None:
    """Staff edit the section."""
    stored = get_section(section=section)
    assert stored is not None
    section_save(section=replace(stored, **fields))  # type: ignore[arg-type]


def limit(student: int, credits: int) -> None:
    student_change(
        Admission(student=student, programme=PROGRAMME, year=1, credit_limit_quarters=credits * 4)
    )


def give(world: World, student: int, *sections: int, credits: int = 5) -> None:
    """Give sections without checking any rule."""
    items = tuple(
        RequestedItem(section=one, module=f"X {one}", credit_quarters=credits * 4)
        for one in sections
    )
    submitted = Submitted(
        registration=str(uuid7()), student=student, programme=PROGRAMME, term=world.term,
        mode=Mode.ANY, on_full=OnFull.REFUSE, items=items,
    )  # fmt: skip
    with transaction.atomic():
        append([submitted])


def found() -> tuple[list[str], list[str]]:
    """Names of the invariants that are broken, and of those with rows changed since."""
    results = [
        one for one in check_invariants(at_rest=False) if one.invariant.name in (CONFLICT, CREDITS)
    ]
    assert len(results) == 2
    return (
        [one.invariant.name for one in results if one.rows],
        [one.invariant.name for one in results if one.changed_since],
    )


def registered(world: World, *meetings: Meetings, seats: int = 9) -> tuple[int, list[int]]:
    """A student who was given one section for each of these meetings, in separate requests."""
    (student,) = world.students(1)
    sections = [world.section(meetings=some, seats=seats) for some in meetings]
    world.ready()
    for section in sections:
        world.submit(student, section)
    return student, sections


def moved(world: World) -> None:
    _, (_, second) = registered(world, MONDAY, TUESDAY)
    change(second, meetings=LATE_MONDAY)


def both_moved(world: World) -> None:
    _, (first, second) = registered(world, MONDAY, TUESDAY)
    change(first, meetings=EXAM)
    change(second, meetings=EXAM)


def moved_twice(world: World) -> None:
    _, (first, second) = registered(world, MONDAY, TUESDAY)
    change(second, meetings=EXAM)
    change(first, meetings=(*EXAM, *MONDAY))


def moved_before_the_catalogue_followed(world: World) -> None:
    student, _ = registered(world, MONDAY)
    other = world.section(meetings=TUESDAY)
    world.ready()
    change(other, meetings=MONDAY)
    world.submit(student, other)


def moved_after_an_offer(world: World) -> None:
    first, (section,) = registered(world, MONDAY, seats=1)
    world.ready()
    second, (other,) = registered(world, TUESDAY)
    got = world.submit(second, section)
    world.ready()
    (registration,) = [
        one for one in world.answered() if world.items(one) == {section: "confirmed"}
    ]
    world.drop(first, registration, section)
    world.ready()
    assert world.items(got) == {section: "confirmed"}
    change(other, meetings=MONDAY)


def limit_lowered(world: World) -> None:
    student, _ = registered(world, MONDAY, TUESDAY)
    limit(student, 4)


def limit_lowered_then_no_credits(world: World) -> None:
    student, _ = registered(world, MONDAY)
    limit(student, 4)
    section = world.section(credits=0)
    world.ready()
    world.submit(student, section)


def given(*meetings: Meetings) -> Callable[[World], Sequence[int]]:
    def act(world: World) -> Sequence[int]:
        (student,) = world.students(1)
        sections = [world.section(meetings=some) for some in meetings]
        world.ready()
        give(world, student, *sections)
        return sections

    return act


def given_then_moved(world: World) -> None:
    _, second = given(MONDAY, LATE_MONDAY)(world)
    change(second, meetings=TUESDAY)


def given_after_a_new_room(world: World) -> None:
    student, _ = registered(world, MONDAY)
    other = world.section(meetings=MONDAY)
    change(other, meetings=ELSEWHERE)
    world.ready()
    give(world, student, other)


def given_beyond_the_limit(world: World) -> int:
    student, _ = registered(world, MONDAY)
    section = world.section()
    world.ready()
    limit(student, 9)
    give(world, student, section)
    return student


def given_beyond_a_limit_raised_since(world: World) -> None:
    limit(given_beyond_the_limit(world), 100)


@pytest.mark.parametrize(
    ("act", "listed"),
    [
        (moved, CONFLICT),
        (both_moved, CONFLICT),
        (moved_twice, CONFLICT),
        (moved_before_the_catalogue_followed, CONFLICT),
        (moved_after_an_offer, CONFLICT),
        (limit_lowered, CREDITS),
        (limit_lowered_then_no_credits, CREDITS),
    ],
)
def test_what_staff_changed_since_is_listed(
    world: World, act: Callable[[World], object], listed: str
) -> None:
    act(world)
    assert found() == ([], [listed])


@pytest.mark.parametrize(
    ("act", "broken"),
    [
        (given(MONDAY, LATE_MONDAY), CONFLICT),
        (given(EXAM, TUESDAY, EXAM), CONFLICT),
        (given_then_moved, CONFLICT),
        (given_after_a_new_room, CONFLICT),
        (given_beyond_the_limit, CREDITS),
        (given_beyond_a_limit_raised_since, CREDITS),
    ],
)
def test_what_was_given_against_a_rule_breaks_it(
    world: World, act: Callable[[World], object], broken: str
) -> None:
    act(world)
    assert found() == ([broken], [])


def test_without_conflicts_nothing_is_listed(world: World) -> None:
    registered(world, MONDAY, TUESDAY, EXAM)
    assert found() == ([], [])


def test_the_command_lists_what_staff_changed_and_succeeds(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    moved(world)
    world.ready()
    call_command("check_invariants")
    shown = capsys.readouterr().out
    assert "changed by staff since, so not broken:" in shown
    assert "meet at the same time since one was moved" in shown
    assert "All invariants hold." in shown
