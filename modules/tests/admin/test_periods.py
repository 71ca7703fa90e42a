"""Staff give a term breaks and parts, and a section days of its own."""

from typing import Any

import pytest
from django.test import Client

from modules.models import Module, Section, Term

pytestmark = pytest.mark.django_db
TERM = {
    "code": "A26", "name": "Autumn", "starts_on": "2026-09-07", "ends_on": "2026-12-18",
    "without_classes": "2026-10-19 2026-10-23 Reading week",
    "parts_of_term": "2026-09-07 2026-10-16 First half\n2026-10-26 2026-12-18 Second half",
}  # fmt: skip


def post(client: Client, model: str, data: dict[str, Any], pk: int | None = None) -> str:
    way = f"{pk}/change" if pk else "add"
    return client.post(f"/admin/modules/{model}/{way}/", data, follow=True).content.decode()


@pytest.fixture
def section(admin_client: Client) -> int:
    """A section that meets in the first half."""
    post(admin_client, "term", TERM)
    post(admin_client, "module", {"code": "A 1", "title": "One", "credit_quarters": 4})
    data = {"term": Term.objects.get().pk, "module": Module.objects.get().pk, "code": "A01"}
    post(admin_client, "section", {**data, **SECTION, "part": "First half"})
    return Section.objects.get().pk


SECTION = {"seats": 5, "is_open": "on", "credit_quarters": 4, "times": "LE M 09:00-10:00 X"}


def days(row: Any) -> tuple[str, str]:
    return str(row.starts_on), str(row.ends_on)


def test_a_term_keeps_its_breaks_and_parts(admin_client: Client, section: int) -> None:
    row = Term.objects.get()
    assert [one["name"] for one in (*row.breaks, *row.parts)] == [
        "Reading week", "First half", "Second half",
    ]  # fmt: skip
    page = admin_client.get(f"/admin/modules/term/{row.pk}/change/").content.decode()
    assert "2026-10-19 2026-10-23 Reading week" in page
    assert TERM["parts_of_term"] in page.replace("&#x27;", "'")


def test_a_section_moves_with_its_part(admin_client: Client, section: int) -> None:
    assert days(Section.objects.get()) == ("2026-09-07", "2026-10-16")
    moved = TERM["parts_of_term"].replace("2026-10-16", "2026-10-09")
    post(admin_client, "term", {**TERM, "parts_of_term": moved}, Term.objects.get().pk)
    assert days(Section.objects.get()) == ("2026-09-07", "2026-10-09")


def test_a_part_that_sections_follow_stays(admin_client: Client, section: int) -> None:
    only = "2026-10-26 2026-12-18 Second half"
    page = post(admin_client, "term", {**TERM, "parts_of_term": only}, Term.objects.get().pk)
    assert "Sections follow the part First half, so the term has to keep it." in page
    assert len(Term.objects.get().parts) == 2


@pytest.mark.parametrize(
    ("given", "message", "kept"),
    [
        ({"part": "Third half"}, "There are: First half, Second half.", None),
        ({"starts_on": "2026-10-01", "ends_on": "2026-09-30"}, "cannot end before", None),
        ({"starts_on": "2026-09-14"}, "", ("2026-09-14", "None")),
        ({"part": " Second  half "}, "", ("2026-10-26", "2026-12-18")),
        ({"part": "Second half", "starts_on": "2026-09-14"}, "", ("2026-10-26", "2026-12-18")),
        ({}, "", ("None", "None")),
    ],
)
def test_a_section_has_the_days_of_a_part_or_of_its_own(
    admin_client: Client, section: int, given: dict[str, str], message: str, kept: Any
) -> None:
    page = post(admin_client, "section", {**SECTION, **given}, section)
    assert message in page
    assert days(Section.objects.get()) == (kept or ("2026-09-07", "2026-10-16"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"without_classes": "Reading week"}, "is not a day like 2026-11-02"),
        ({"without_classes": "2027-01-04 Too late"}, "Too late is not within the term"),
        ({"parts_of_term": "2026-09-01 2026-10-01 Early"}, "Early is not within the term"),
        ({"starts_on": "", "ends_on": ""}, "needs a first and a last day"),
        ({"without_classes": "2026-10-19 A\n2026-10-19 B"}, "share the day 2026-10-19"),
    ],
)
def test_wrong_days_of_a_term_are_refused_in_words(
    admin_client: Client, given: dict[str, str], message: str
) -> None:
    assert message in post(admin_client, "term", {**TERM, **given})
    assert not Term.objects.exists()
