"""Before a section is saved, staff see who would have a conflict, and confirm."""

import re
from dataclasses import replace
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from modules.models import Room, Section
from modules.selectors.catalogue import get_section
from modules.services.catalogue import section_save
from modules.tests import factories
from project.accounts.models import User
from project.ops.redis import client

pytestmark = pytest.mark.django_db
FORM = {"seats": 5, "is_open": "on", "credit_quarters": 4, "times": "", "instructor": ""}
MONDAY = "LE M 09:00-10:00 HALL 2"


@pytest.fixture
def staff() -> Client:
    client().flushdb()
    current_app.loader.import_default_modules()
    staff = Client()
    staff.force_login(User.objects.create_superuser(username="clerk", password="secret"))
    return staff


def save(staff: Client, section: int, **data: Any) -> str:
    """Submit the form; the page that follows, "" if it was saved."""
    url = reverse("admin:modules_section_change", args=[section])
    answer = staff.post(url, {**FORM, **data})
    return "" if answer.status_code == 302 else answer.content.decode()


def confirmed(page: str) -> str:
    found = re.search(r'name="preview_confirmed" value="(\w+)"', page)
    assert found
    return found[1]


def student(name: str, *sections: int) -> int:
    user = User.objects.create_user(name.lower(), full_name=name)
    factories.submitted(user.pk, *sections)
    factories.work()
    return int(user.pk)


def two_sections(staff: Client) -> tuple[int, int]:
    """One on Monday at 9, the other to be moved there."""
    first, second = factories.section(5), factories.section(5, module="PHYS 2")
    assert save(staff, first, times=MONDAY) == ""
    return first, second


def test_who_would_have_a_conflict_is_shown_before_it_is_saved(staff: Client) -> None:
    first, second = two_sections(staff)
    ada = student("Ada Lovelace", first, second)
    student("Ben", second)
    student("Eve", first)
    page = save(staff, second, times="LE MT 09:30-10:30 HALL 5")
    assert "1 of 2 students would have a time conflict" in page
    assert f"Ada Lovelace ({ada}): MATH 1 A01, M 09:00-10:00" in page
    assert "2 students have this section and 0 wait for it: all are notified" in page
    assert not re.search(r"(Ben|Eve) \(", page)
    assert Section.objects.get(id=second).meetings == []
    digest = confirmed(page)
    assert save(staff, second, times="LE MT 09:30-10:30 HALL 5", preview_confirmed=digest) == ""
    assert len(Section.objects.get(id=second).meetings) == 2


def test_what_has_changed_since_the_preview_is_shown_again(staff: Client) -> None:
    first, second = two_sections(staff)
    student("Ada", first, second)
    digest = confirmed(save(staff, second, times="LE M 09:30-10:30"))
    student("Eve", first, second)
    page = save(staff, second, times="LE M 09:30-10:30", preview_confirmed=digest)
    assert "2 of 2 students would have a time conflict" in page
    assert Section.objects.get(id=second).meetings == []


def test_the_second_half_of_the_term_does_not_conflict_with_the_first(staff: Client) -> None:
    first, second = two_sections(staff)
    for section, days in ((first, ("2026-09-07", "2026-10-16")), (second, ("2026-10-19", None))):
        stored = get_section(section=section)
        assert stored is not None
        section_save(section=replace(stored, starts_on=days[0], ends_on=days[1]))
    student("Ada", first, second)
    page = save(staff, second, times="LE M 09:30-10:30", starts_on="2026-10-19")
    assert "0 of 1 students would have a time conflict" in page


@pytest.mark.parametrize("digest", ["", "yes", "0" * 64])
def test_nothing_but_what_was_shown_can_be_confirmed(staff: Client, digest: str) -> None:
    first, second = two_sections(staff)
    student("Ada", first, second)
    page = save(staff, second, times="LE M 09:30-10:30", preview_confirmed=digest)
    assert "time conflict" in page


@pytest.mark.parametrize("changed", [{"instructor": "Noether"}, {"seats": 9}, {}])
def test_what_concerns_nobody_is_saved_at_once(staff: Client, changed: dict[str, Any]) -> None:
    first, _ = two_sections(staff)
    student("Ada", first)
    assert save(staff, first, **{"times": MONDAY, **changed}) == ""


def test_a_room_or_an_instructor_taken_twice_is_shown_with_both(staff: Client) -> None:
    first, second = two_sections(staff)
    same = "M 09:00-10:00 hall 2"
    page = save(staff, second, times=same)
    assert "MATH 1 A01 and PHYS 2 A01 are both in" in page
    assert save(staff, second, times=same, preview_confirmed=confirmed(page)) == ""
    assert save(staff, second, times=same, seats=7) == "", "it is not asked again"
    assert save(staff, first, times=MONDAY, instructor="Noether, Emmy") == ""
    assert "both have" in save(staff, second, times=same, instructor="NOETHER, EMMY")


def test_a_section_too_large_for_its_room_is_shown(staff: Client) -> None:
    first, _ = two_sections(staff)
    url = reverse("admin:modules_room_add")
    assert staff.post(url, {"name": "Hall 2", "capacity": "6"}).status_code == 302
    page = save(staff, first, times=MONDAY, seats=7)
    assert "HALL 2 holds 6: MATH 1 A01 has 7 seats there, M 09:00-10:00" in page


def test_a_room_is_kept_once_however_it_is_spelt(staff: Client) -> None:
    url = reverse("admin:modules_room_add")
    for name, count in (("HALL 2", 1), ("hall  2", 1), ("TBA", 1), ("HALL 3", 2)):
        staff.post(url, {"name": name, "capacity": "6"})
        assert Room.objects.count() == count
    change = reverse("admin:modules_room_change", args=[Room.objects.earliest("id").pk])
    assert staff.post(change, {"name": "Hall 2", "capacity": "8"}).status_code == 302
    assert Room.objects.get(name="Hall 2").capacity == 8


def test_more_seats_say_whom_they_seat_and_charge(staff: Client) -> None:
    section = factories.section(1)
    for name in ("Ada", "Ben", "Eve"):
        student(name, section)
    form = staff.get(reverse("admin:modules_section_change", args=[section])).content.decode()
    assert "1 seats, 1 taken, 2 waiting. Raising to 3 seats all 2 and charges the fee." in form
    page = save(staff, section, seats=2)
    assert "Raising to 2 seats the first of 2 and charges the fee." in page
    assert Section.objects.get(id=section).seats == 1
    page = save(staff, section, seats="")
    assert "Removing the limit seats all 2 and charges the fee." in page
    assert save(staff, section, seats="", preview_confirmed=confirmed(page)) == ""


def test_the_report_lists_every_pair(staff: Client, capsys: pytest.CaptureFixture[str]) -> None:
    _, second = two_sections(staff)
    page = save(staff, second, times="M 09:00-10:00 hall 2")
    save(staff, second, times="M 09:00-10:00 hall 2", preview_confirmed=confirmed(page))
    call_command("check_rooms", term="T")
    shown = capsys.readouterr().out
    assert "MATH 1 A01 and PHYS 2 A01 are both in" in shown
    assert "1 warnings about rooms and instructors of T." in shown
