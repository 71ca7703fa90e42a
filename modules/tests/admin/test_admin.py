"""The administration: the catalogue is saved as events, seats are read-only."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from modules.models import Module, Section, Term
from modules.tests import factories
from project.accounts.models import User
from project.bus.sql import fetch
from project.events.credits import format_credits

pytestmark = pytest.mark.usefixtures("seats")


@pytest.fixture
def staff(seats: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(username="ada", password="secret"))
    return client


def events_stored(kind: str) -> int:
    return int(
        fetch("SELECT count(*) FROM bus_event WHERE type = %s", [f"modules.{kind}.v1"])[0][0]
    )


def save(staff: Client, model: str, pk: int | None = None, **data: Any) -> str:
    name = "change" if pk else "add"
    url = reverse(f"admin:modules_{model}_{name}", args=[pk] if pk else [])
    return staff.post(url, data, follow=True).content.decode()


def test_every_list_opens_with_its_filters_and_search(staff: Client) -> None:
    section = factories.section(1)
    factories.submitted(1, section)
    factories.submitted(2, section)
    factories.work()
    for model in ("term", "module", "section", "allocation", "waitlistentry"):
        url = reverse(f"admin:modules_{model}_changelist")
        for query in ("", "?q=1", "?q=MATH", "?q=0190163d-8694-739b-aea5-966c26f8ad91"):
            assert staff.get(url + query).status_code == 200
    for way in ("free", "full", "waitlist", "unlimited", "closed"):
        url = reverse("admin:modules_section_changelist")
        assert staff.get(f"{url}?seats={way}").status_code == 200


def test_catalogue_is_made_by_events(staff: Client) -> None:
    save(staff, "term", code="F26", name="Autumn")
    save(staff, "module", code="A 1", title="One", credit_quarters=4, needs="B 1|C 1;D 1")
    module, term = Module.objects.get(), Term.objects.get()
    assert [clause["any_of"] for clause in module.requires] == [["B 1", "C 1"], ["D 1"]]
    save(staff, "section", term=term.pk, module=module.pk, code="A01", seats=5, is_open="on",
         credit_quarters=4, times="LE TR 17:00-18:20 X")  # fmt: skip
    assert len(Section.objects.get().meetings) == 2
    assert (
        events_stored("term_changed"),
        events_stored("module_changed"),
        events_stored("section_changed"),
    ) == (1, 1, 1)


def test_saving_without_a_change_appends_nothing(staff: Client) -> None:
    section = factories.section(5)
    save(staff, "section", section, seats=5, is_open="on", credit_quarters=4)
    assert events_stored("section_changed") == 1
    save(staff, "section", section, seats=6, is_open="on", credit_quarters=4)
    assert events_stored("section_changed") == 2
    assert Section.objects.get().seats == 6


@pytest.mark.parametrize(
    ("written", "quarters"), [("3.5", 14), ("0.25", 1), ("4.0", 16), (" 12 ", 48), ("0", 0)]
)
def test_credits_are_written_as_decimals(staff: Client, written: str, quarters: int) -> None:
    save(staff, "module", code="A 1", title="One", credit_quarters=written)
    assert Module.objects.get().credit_quarters == quarters
    shown = format_credits(quarters)
    url = reverse("admin:modules_module_change", args=[Module.objects.get().pk])
    assert f'value="{shown}"' in staff.get(url).content.decode()
    listed = reverse("admin:modules_module_changelist")
    assert "A 1" in staff.get(f"{listed}?credits={shown}").content.decode()
    assert "A 1" not in staff.get(f"{listed}?credits=99").content.decode()


def test_a_section_may_have_a_range_of_credits(staff: Client) -> None:
    section = factories.section(5)
    fields = {"seats": 5, "is_open": "on", "credit_quarters": "1"}
    page = save(staff, "section", section, **fields, credit_quarters_max="1")
    assert "The most credits must be more than the least." in page
    save(staff, "section", section, **fields, credit_quarters_max="4.5")
    found = Section.objects.get()
    assert (found.credit_quarters, found.credit_quarters_max) == (4, 18)
    save(staff, "section", section, **fields)
    assert Section.objects.get().credit_quarters_max is None


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("0.3", "is no whole quarter of a credit: write 0.25 or 0.5"),
        ("3.999", "is no whole quarter of a credit: write 3.75 or 4"),
        ("100", "is not a number from 0 to 99.75"),
        ("-1", "is not a number from 0 to 99.75"),
        ("many", "is not a number from 0 to 99.75"),
    ],
)
def test_other_credits_are_refused_with_what_to_write(
    staff: Client, written: str, complaint: str
) -> None:
    assert complaint in save(staff, "module", code="A 1", title="One", credit_quarters=written)
    assert not Module.objects.exists()


def test_fewer_seats_than_are_taken_are_refused_with_a_reason(staff: Client) -> None:
    section = factories.section(2)
    for student in (1, 2):
        factories.submitted(student, section)
    factories.work()
    assert "2 seats are taken." in save(staff, "section", section, seats=1, credit_quarters=4)
    assert Section.objects.get().seats == 2


@pytest.mark.parametrize(
    ("times", "count"),
    [("LE MWF 0930-1050 HALL 2", 3), ("LE MWF 9.30-10.50", 3), ("LE TuTh 9:30a-10:50a", 2),
     ("LE M 9:00-9:50\r\nDI F 22:00-02:00", 2), ("\u200bLE M\u00a09:00-9:50", 1)],
)  # fmt: skip
def test_meetings_are_read_as_in_a_file(staff: Client, times: str, count: int) -> None:
    section = factories.section(2)
    save(staff, "section", section, seats=2, credit_quarters=4, times=times)
    assert len(Section.objects.get().meetings) == count


@pytest.mark.parametrize("times", ["LE MWF 9.3-10.2", "LE M 9-10", "LE FR 9:00-9:50", "M 9:00"])
def test_meetings_that_cannot_be_read_leave_the_stored_ones(staff: Client, times: str) -> None:
    section = factories.section(2)
    save(staff, "section", section, seats=2, credit_quarters=4, times="LE M 9:00-9:50")
    page = save(staff, "section", section, seats=2, credit_quarters=4, times=times)
    assert "Please correct the error below" in page
    assert len(Section.objects.get().meetings) == 1


def test_meeting_that_is_to_be_arranged_is_named(staff: Client) -> None:
    section = factories.section(2)
    page = save(staff, "section", section, seats=2, credit_quarters=4, times="LE TBA HALL 2")
    assert "“LE TBA HALL 2” has no day or no time" in page


def test_invalid_meeting_is_refused_with_a_reason(staff: Client) -> None:
    section = factories.section(2)
    page = save(staff, "section", section, seats=2, credit_quarters=4, times="LE X 08:00-09:00")
    assert "is not made of days" in page


def test_module_that_is_there_is_not_made_twice(staff: Client) -> None:
    save(staff, "module", code="A 1", title="One", credit_quarters=4)
    assert "already exists" in save(staff, "module", code="A 1", title="Two", credit_quarters=4)
    assert events_stored("module_changed") == 1


def test_second_module_of_a_cycle_brings_the_first_up_to_date(staff: Client) -> None:
    save(staff, "module", code="A 1", title="One", credit_quarters=4, needs="B 1")
    save(staff, "module", code="B 1", title="Two", credit_quarters=4, needs="A 1")
    assert [m.requires[0]["together"] for m in Module.objects.order_by("code")] == [
        ["B 1"],
        ["A 1"],
    ]


def test_nothing_can_be_deleted_and_seats_not_changed(staff: Client) -> None:
    section = factories.section(1)
    factories.submitted(1, section)
    factories.work()
    assert staff.post(reverse("admin:modules_section_delete", args=[section])).status_code == 403
    assert staff.get(reverse("admin:modules_allocation_add")).status_code == 403
