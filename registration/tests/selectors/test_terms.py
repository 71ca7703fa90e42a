"""The default term: one rule for the API and the pages."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from project.events.modules import TermChanged
from registration.tests import factories
from registration.tests.pages import browser

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class When:
    """A term by days from today, and its windows by hours from now, each with a programme."""

    days: tuple[int, int] | None = None
    windows: tuple[tuple[int, int, str], ...] = ()


OLD = When((-200, -90), ((-4000, -3000, ""),))
FORGOTTEN = When((-200, -1), ((-4000, 3000, ""),))  # over, and its window was never closed
TAUGHT = When((-30, 60), ((-1500, -700, ""),))
OPEN = When((30, 130), ((-2, 48, ""),))
REHEARSAL = When(None, ((-72, 600, ""),))
NEXT = When((30, 130), ((24, 48, ""),))
LATER = When((200, 300))
LAW_ONLY = When((30, 130), ((-1, 48, "LAW"),))
UNDATED = When()

TABLE = {
    "registration is open": ([OLD, REHEARSAL, OPEN, LATER], 2),
    "the last opened, not the last made": ([OPEN, REHEARSAL], 0),
    "open before taught": ([TAUGHT, OPEN], 1),
    "what is over is not open": ([FORGOTTEN, TAUGHT], 1),
    "what is over comes last of all": ([UNDATED, FORGOTTEN], 0),
    "taught, where nothing is open": ([OLD, TAUGHT, NEXT], 1),
    "taught on its last day": ([OLD, When((-90, 0)), NEXT], 1),
    "taught on its first day": ([OLD, When((0, 90)), NEXT], 1),
    "open to others does not count": ([TAUGHT, LAW_ONLY], 0),
    "the next to come": ([LATER, NEXT, OLD], 1),
    "the next to open": ([When(None, ((90, 99, ""),)), When(None, ((5, 99, ""),)), OLD], 1),
    "the latest of what is over": ([OLD, FORGOTTEN, OLD], 1),
    "the newest where no term has dates": ([UNDATED, UNDATED], 1),
    "one alone": ([OLD], 0),
}  # fmt: skip


def make(terms: list[When]) -> None:
    today = timezone.localdate()
    for number, when in enumerate(terms, start=1):
        factories.section(number * 10, module=f"MOD {number}", term=number)
        first, last = (
            (today + timedelta(days=n)).isoformat() if when.days else None
            for n in when.days or (0, 0)
        )
        factories.catalogue(
            TermChanged(
                term=number, code=f"T{number}", name=f"Term {number}", starts_on=first, ends_on=last
            )
        )
        for opens, closes, programme in when.windows:
            factories.window(opens=opens, closes=closes, programme=programme, term=number)


def shown(student: int, **query: str) -> set[int]:
    answer = factories.client(student).get("/api/v1/sections/", query).json()
    return {one["id"] for one in answer["results"]}


@pytest.mark.parametrize("name", TABLE)
def test_the_current_term_is_shown_and_others_by_choice(name: str) -> None:
    terms, current = TABLE[name]
    make(terms)
    student = factories.student()
    section = (current + 1) * 10
    assert shown(student) == shown(student, open="true") == {section}
    text = browser(student).get("/catalogue/").content.decode()
    assert re.findall(r'id="section-(\d+)"', text) == [str(section)]
    everything = {number * 10 for number in range(1, len(terms) + 1)}
    assert shown(student, term="*") == everything
    for number in range(1, len(terms) + 1):
        assert shown(student, term=f"T{number}") == {number * 10}
        text = browser(student).get("/catalogue/", {"term": str(number)}).content.decode()
        assert re.findall(r'id="section-(\d+)"', text) == [str(number * 10)]
        assert (f'<option value="{number}"' in text) is (len(terms) > 1)


def test_a_term_without_sections_is_not_the_current_one() -> None:
    make([TAUGHT])
    factories.catalogue(TermChanged(term=9, code="T9", name="Empty"))
    factories.window(term=9)
    assert shown(factories.student()) == {10}


def test_without_any_term_nothing_is_found() -> None:
    assert shown(factories.student()) == set()
