"""Sections of different parts of a term, from staff's form to the student's seat."""

from datetime import date

import pytest

from modules.rules.terms import Days, Periods
from modules.services.catalogue import section_save, term_save
from project.bus.replay import replay_check
from project.events.modules import Meeting, Period, SectionChanged
from project.testing.system.world import World
from project.web.errors.base import Refusal
from registration.models import Section, Term
from registration.selectors.catalogue import CatalogueSearch, load_catalogue
from registration.selectors.schedule import load_schedule
from registration.tests import factories

SPRING = Days(date(2027, 2, 15), date(2027, 6, 11))
HALVES = (
    Period(name="First half", starts_on="2027-02-15", ends_on="2027-04-09"),
    Period(name="Second half", starts_on="2027-04-05", ends_on="2027-06-11"),
)
EASTER = Period(name="Easter week", starts_on="2027-04-05", ends_on="2027-04-09")
MONDAY = Meeting(kind="LE", day=0, start=540, end=600)


@pytest.fixture
def world(quiet_world: World) -> World:
    spring(quiet_world, breaks=(EASTER,))
    return quiet_world


def spring(world: World, *, breaks: tuple[Period, ...]) -> None:
    periods = Periods(breaks=breaks, parts=HALVES)
    term_save(code="T1", name="Spring", term=world.term, days=SPRING, periods=periods)
    world.ready()


def section(world: World, *, part: str = "", starts_on: str | None = None) -> int:
    """A section on Mondays from nine to ten."""
    made = world.section(meetings=(MONDAY,))
    row = Section.objects.filter(id=made)
    world.ready()
    values = row.values("module_id", "module_code").get()
    return section_save(
        section=SectionChanged(
            section=made, term=world.term, module=values["module_id"],
            module_code=values["module_code"], code="01", seats=10, credit_quarters=20,
            meetings=(MONDAY,), part=part, starts_on=starts_on,
        )
    )  # fmt: skip


def test_sections_of_both_halves_fit_although_the_halves_share_a_week_of_holidays(
    world: World,
) -> None:
    first, second, late = (
        section(world, part="First half"),
        section(world, part="Second half"),
        section(world, starts_on="2027-05-01"),
    )
    (student,) = world.students(1)
    world.ready()
    registration = world.submit(student, first, second)
    world.ready()
    assert set(world.items(registration).values()) == {"confirmed"}
    with pytest.raises(Refusal, match="Meetings overlap"):
        world.submit(student, late)
    own = load_schedule(student=student, term=world.term)
    search = CatalogueSearch(term=world.term, busy=own.busy)
    found = {row.section.id for module in load_catalogue(search).modules for row in module.sections}
    assert late not in found
    assert {first, second} <= found
    assert own.conflict_with(late, Section.objects.get(id=late).intervals) != ""


def test_what_staff_change_reaches_the_copy_of_the_catalogue(world: World) -> None:
    number = section(world, part="First half")
    world.ready()
    row = Section.objects.get(id=number)
    assert (row.meetings[0]["starts_on"], row.meetings[0]["ends_on"]) == (
        "2027-02-15",
        "2027-04-09",
    )
    assert row.intervals == [540, 600, 20864, 20917]
    assert Term.objects.get(id=world.term).teaching == [20864, 20980, 20913, 20917]
    assert replay_check().differences == ()


@pytest.mark.django_db
def test_the_conflict_is_gone_with_the_holiday(world: World) -> None:
    spring(world, breaks=())
    halves = [section(world, part=part.name) for part in HALVES]
    (student,) = world.students(1)
    world.ready()
    answer = factories.post(student, factories.body(*halves)).json()
    assert answer["code"] == "time_conflict"
