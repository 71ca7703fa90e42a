"""Every page has the same section, whichever way it was found."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from project.ops.redis import client
from registration import selectors
from registration.selectors.catalogue import CatalogueSearch, load_catalogue
from registration.selectors.catalogue_section import CatalogueSection, get_catalogue_section
from registration.selectors.module import get_section, load_sections
from registration.selectors.my_registrations import load_items
from registration.selectors.plan import load_alternative_sections, load_planned_sections
from registration.tests import factories

NUMBER = 7


@pytest.fixture
def student(db: None) -> Iterator[int]:
    """Has section 7 of two in a module, each of its fields different."""
    factories.section(8, module="MOD 7", day=4)
    factories.section(
        NUMBER, module="MOD 7", credits=1.5, credits_max=6, seats=33, day=2, title="Seven",
        instructor="R. Franklin",
    )  # fmt: skip
    factories.window()
    student = factories.student()
    factories.flow(student, NUMBER)
    yield student
    client().flushdb()


def searched(_student: int) -> CatalogueSection:
    (module,) = load_catalogue(CatalogueSearch(term=factories.TERM, q="mod 7")).modules
    return next(one.section for one in module.sections if one.section.id == NUMBER)


def of_module(student: int) -> CatalogueSection:
    sections = load_sections(module=searched(student).module_id, term=factories.TERM)
    return next(one.section for one in sections if one.section.id == NUMBER)


def of_its_own(_student: int) -> CatalogueSection | None:
    found = get_section(NUMBER)
    return found.section if found else None


@pytest.mark.parametrize(
    "find",
    [
        searched,
        of_module,
        of_its_own,
        lambda student: load_items(student)[0].section,
        lambda _: load_planned_sections([NUMBER])[0],
        lambda _: load_alternative_sections([8])[0],
    ],
)
def test_a_section_is_the_same_on_every_way(
    student: int, find: Callable[[int], CatalogueSection | None]
) -> None:
    found = find(student)
    assert found == get_catalogue_section(NUMBER)
    assert found is not None
    assert (found.id, found.term, found.term_name) == (NUMBER, factories.TERM, "Term 1")
    assert (found.name, found.title, found.instructor) == ("MOD 7 A01", "Seven", "R. Franklin")
    assert (found.credit_quarters, found.credit_quarters_max, found.capacity) == (6, 24, 33)
    assert (found.is_open, found.intervals[0], found.meetings[0]["day"]) == (
        True,
        2 * 1440 + 540,
        2,
    )


def test_what_is_not_there_is_none(db: None) -> None:
    assert get_catalogue_section(99) is None


BY_NAME = (
    "availability", "calendar", "catalogue", "catalogue_section", "items", "module",
    "my_registrations", "plan", "registration_detail", "schedule", "submission",
)  # fmt: skip


@pytest.mark.parametrize("name", BY_NAME)
def test_no_column_of_a_section_is_read_by_its_place(name: str) -> None:
    text = (Path(selectors.__file__).parent / f"{name}.py").read_text()
    assert not re.search(r"\brow\[|\bfetch\(|run_together", text)
