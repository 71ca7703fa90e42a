"""The next term is made from the last one: filled in, seen, confirmed."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from modules.models import Section, Term
from modules.rules.meetings import parse_meetings
from modules.rules.terms import Days
from modules.selectors.catalogue import get_section
from modules.services.catalogue import section_save, term_save
from modules.services.rollover import term_roll_over
from modules.tests import factories
from project.accounts.models import User
from project.bus.sql import fetch
from project.web.errors.base import Refusal

pytestmark = pytest.mark.django_db
NEW = {"code": "U", "name": "Next", "weeks": "52"}


@pytest.fixture
def term() -> int:
    """A term with three sections, one of them with an exam."""
    for code in ("A01", "A02", "A03"):
        number = factories.section(5, code=code)
    row = Term.objects.get()
    days = Days(date(2026, 9, 7), date(2026, 12, 18))
    term_save(code="T", name="T", term=row.pk, days=days)
    section = get_section(section=number)
    assert section is not None
    exam = parse_meetings("LE M 09:00-10:00 HALL 2|FI 2026-12-14 08:00-11:00").meetings
    section_save(section=replace(section, meetings=exam))
    return int(row.pk)


def staff() -> Client:
    signed_in = Client()
    signed_in.force_login(User.objects.create_superuser(username="clerk", password="secret"))
    return signed_in


def events() -> int:
    return int(fetch("SELECT count(*) FROM bus_event")[0][0])


def test_it_is_made_once_it_was_seen(term: int) -> None:
    clerk, url = staff(), reverse("admin:modules_term_roll_over", args=[term])
    assert url in clerk.get(reverse("admin:modules_term_change", args=[term])).content.decode()
    assert "Preview" in clerk.get(url).content.decode()
    before = events()
    page = clerk.post(url, NEW).content.decode()
    for shown in (
        "Make U from T?",
        "starts: 2027-09-06",
        "3 sections of T; 1 meetings on a date move by 52 weeks",
        "2027-12-13",
    ):
        assert shown in page
    assert events() == before
    found = re.search(r'name="preview_confirmed" value="(\w+)"', page)
    assert found
    assert clerk.post(url, {**NEW, "preview_confirmed": found[1]}).status_code == 302
    made = Term.objects.get(code="U")
    assert (made.is_draft, made.starts_on) == (True, date(2027, 9, 6))
    assert events() - before == 4, "one for the term and one for each section"
    sections = Section.objects.filter(term=made).order_by("code")
    assert [one.code for one in sections] == ["A01", "A02", "A03"]
    assert sections[2].meetings[1]["date"] == "2027-12-13"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("code", "T", "There is a term T already."),
        ("code", "", "This field is required."),
        ("weeks", "0", "greater than or equal to 1"),
        ("weeks", "1.5", "Enter a whole number."),
        ("weeks", "9999", "less than or equal to 520"),
    ],
)
def test_what_cannot_be_made_is_refused(term: int, field: str, value: str, message: str) -> None:
    url = reverse("admin:modules_term_roll_over", args=[term])
    assert message in staff().post(url, {**NEW, field: value}).content.decode()
    assert Term.objects.count() == 1


def test_only_staff_with_the_right_may(term: int) -> None:
    clerk = Client()
    clerk.force_login(User.objects.create_user("aide", is_staff=True))
    url = reverse("admin:modules_term_roll_over", args=[term])
    assert clerk.post(url, NEW).status_code == 403
    assert staff().get(reverse("admin:modules_term_roll_over", args=[999])).status_code == 404


def test_the_command_shows_how_far_it_is_and_makes_a_draft(
    term: int, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("roll_over_term", "T", "U", "--weeks", "20", "--name", "Next")
    assert "U is a draft with the sections of T" in capsys.readouterr().out
    assert Section.objects.filter(term__code="U").count() == 3
    with pytest.raises(CommandError, match="There is a term U already"):
        call_command("roll_over_term", "T", "U", "--weeks", "20")
    with pytest.raises(CommandError, match="There is no term X"):
        call_command("roll_over_term", "X", "V", "--weeks", "20")


def test_progress_is_reported_and_the_code_is_taken_once(
    term: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modules.services.rollover.CHUNK", 2)
    reports: list[tuple[int, int]] = []
    term_roll_over(
        source=term, code="U", name="U", weeks=1, progress=lambda *now: reports.append(now)
    )
    assert reports == [(2, 3), (3, 3)]
    with pytest.raises(Refusal, match="There is a term U already"):
        term_roll_over(source=term, code="U", name="U", weeks=1)


def test_the_page_of_a_term_has_its_calendar_as_a_picture(term: int) -> None:
    page = staff().get(reverse("admin:modules_term_change", args=[term])).content.decode()
    assert "<svg" in page
    assert "term: " in page
