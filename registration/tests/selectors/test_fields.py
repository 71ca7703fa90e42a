"""Selectors load no field that no page uses."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest

from project.ops.redis import client
from registration import services
from registration.selectors.catalogue import ModuleRow
from registration.selectors.catalogue_section import CatalogueSection, OfferedSection
from registration.selectors.my_registrations import StudentItemRow
from registration.tests import factories
from registration.tests.pages import browser

pytestmark = pytest.mark.django_db
PAGES = ("/catalogue/", "/plan/", "/registrations/", "/timetable/")


@pytest.fixture
def student() -> Iterator[int]:
    """Has one section, plans another; each module has a second one."""
    for number, module in ((1, 1), (2, 1), (3, 3), (4, 3)):
        factories.section(number, module=f"MOD {module}", day=number)
    factories.window()
    student = factories.student()
    factories.flow(student, 1)
    services.plan_add(student=student, section=3)
    yield student
    client().flushdb()


def noting(read: set[str]) -> Callable[[Any, str], Any]:
    """A `__getattribute__` that records the names read."""

    def handed(one: Any, name: str) -> Any:
        read.add(name)
        return object.__getattribute__(one, name)

    return handed


@pytest.mark.parametrize("row", [StudentItemRow, ModuleRow, OfferedSection, CatalogueSection])
def test_no_page_asks_for_what_no_page_reads(
    student: int, row: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[str] = set()
    monkeypatch.setattr(row, "__getattribute__", noting(read), raising=False)
    for page in PAGES:
        assert browser(student).get(page).status_code == 200
    assert {field.name for field in fields(row)} - read == set()
