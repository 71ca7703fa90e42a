"""The calendar feed: what calendar programs read, whose it is, and how its address ends."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.translation import get_language
from icalendar import Calendar
from pytest_django import Settings

from project.accounts.models import User
from project.events.modules import Meeting, ModuleChanged, Period, SectionChanged, TermChanged
from registration import services
from registration.models import CalendarToken
from registration.tests import factories
from registration.tests.factories import Flow
from registration.tests.pages import browser, plain

pytestmark = pytest.mark.django_db


def events(body: bytes) -> list[Any]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


@pytest.fixture
def student() -> int:
    for number in (1, 2):
        factories.section(number, day=number)
    factories.window()
    return factories.student()


def dated() -> None:
    factories.catalogue(
        TermChanged(
            term=factories.TERM,
            code="T1",
            name="Term 1",
            starts_on="2026-09-07",
            ends_on="2026-12-18",
        )
    )


def feed(token: str, **headers: str) -> Any:
    return Client().get(f"/calendar/{token}.ics", headers=headers)


def confirmed(student: int, *sections: int) -> Flow:
    flow = factories.flow(student, *sections).seats_decided(["seated"] * len(sections))
    return flow.paid(*sections).decided()


def test_the_feed_has_what_is_confirmed_and_nothing_else(student: int) -> None:
    dated()
    confirmed(student, 1)
    factories.flow(student, 2)
    answer = feed(services.calendar_token_rotate(student=student))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"].startswith("private")
    assert [one["SUMMARY"] for one in events(answer.content)] == ["MOD 1 A01 Lecture"]


def test_dropped_and_taken_again_is_one_entry_whose_versions_grow(student: int) -> None:
    dated()
    token, seen = services.calendar_token_rotate(student=student), []
    for _ in range(2):
        flow = confirmed(student, 1)
        seen += events(feed(token).content)
        services.item_drop(student=student, registration=flow.id, section=1)
        seen += events(feed(token).content)
    assert len({one["UID"] for one in seen}) == 1
    assert [one["STATUS"] for one in seen] == ["CONFIRMED", "CANCELLED"] * 2
    assert_grows(seen)


def assert_grows(seen: list[Any]) -> None:
    """Every version has a higher number than the one before, and is no older."""
    numbers = [one["SEQUENCE"] for one in seen]
    assert numbers == sorted(set(numbers))
    changed = [one["LAST-MODIFIED"].dt for one in seen]
    assert changed == sorted(changed) == [one["DTSTAMP"].dt for one in seen]


def section_event(**more: Any) -> SectionChanged:
    given = {
        "section": 1, "term": factories.TERM, "module": sum(map(ord, "MOD 1")) * 1000 + 1,
        "module_code": "MOD 1", "code": "A01", "seats": 10, "credit_quarters": 16,
    }  # fmt: skip
    return SectionChanged(**{**given, **more})


LECTURE = Meeting(kind="LE", day=1, start=540, end=600, number=1)
LAB = Meeting(kind="LA", day=1, start=480, end=540, number=2)
TERM = TermChanged(
    term=factories.TERM, code="T1", name="Term 1", starts_on="2026-09-14", ends_on="2026-12-18"
)
CHANGES = [
    section_event(meetings=(replace(LECTURE, start=660, end=720),)),
    section_event(meetings=(LAB, LECTURE)),
    section_event(meetings=(LECTURE,), instructor="Noether"),
    section_event(meetings=(replace(LECTURE, room="HALL 2"),)),
    section_event(meetings=(LECTURE,), starts_on="2026-10-05"),
    TERM,
    replace(TERM, breaks=(Period(name="R", starts_on="2026-10-19", ends_on="2026-10-23"),)),
    ModuleChanged(module=section_event().module, code="MOD 1", title="Renamed", credit_quarters=16),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: type(one).__name__)
def test_every_change_is_a_later_version_of_the_same_entry(student: int, change: Any) -> None:
    dated()
    factories.catalogue(section_event(meetings=(LECTURE,)))
    confirmed(student, 1)
    token, seen = services.calendar_token_rotate(student=student), []
    for _ in range(2):
        seen += [one for one in events(feed(token).content) if "Lecture" in one["SUMMARY"]]
        factories.catalogue(change)
    assert len({one["UID"] for one in seen}) == 1
    assert_grows(seen)
    assert seen[0].to_ical() != seen[1].to_ical()


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Chatham", "UTC"])
def test_the_feed_speaks_campus_time(student: int, settings: Settings, zone: str) -> None:
    settings.TIME_ZONE = zone
    dated()
    confirmed(student, 1)
    body = feed(services.calendar_token_rotate(student=student)).content
    (event,) = events(body)
    assert event["DTSTART"].dt == datetime(2026, 9, 8, 9, tzinfo=ZoneInfo(zone))
    assert f"X-WR-TIMEZONE:{zone}\r\n".encode() in body


def test_a_feed_without_sections_is_valid(student: int) -> None:
    body = feed(services.calendar_token_rotate(student=student)).content
    assert [one.name for one in Calendar.from_ical(body).subcomponents] == ["VTIMEZONE"]


@pytest.mark.parametrize("secure", [False, True])
def test_the_page_offers_a_subscription_that_programs_know(student: int, secure: bool) -> None:
    services.calendar_token_rotate(student=student)
    page = browser(student).get("/calendar/", secure=secure).content.decode()
    assert ('value="https://' in page) is secure
    assert 'href="webcal://testserver/calendar/' in page
    assert "webcals" not in page


def test_what_was_only_waitlisted_and_dropped_never_shows(student: int) -> None:
    dated()
    flow = factories.flow(student, 1).seats_decided(["waitlisted"]).decided()
    services.item_drop(student=student, registration=flow.id, section=1)
    assert events(feed(services.calendar_token_rotate(student=student)).content) == []


def test_the_same_state_gives_the_same_bytes_and_is_not_sent_twice(student: int) -> None:
    dated()
    confirmed(student, 1, 2)
    token = services.calendar_token_rotate(student=student)
    first, second = feed(token), feed(token)
    assert first.content == second.content
    again = feed(token, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_the_feed_speaks_its_owners_language_whatever_the_program_asks_for(
    student: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=student).update(language="zh-hant")
    monkeypatch.setattr("registration.views.calendar._", lambda text: get_language() or "")
    answer = feed(services.calendar_token_rotate(student=student), accept_language="en")
    assert Calendar.from_ical(answer.content)["X-WR-CALNAME"] == "zh-hant"


def test_the_feed_takes_two_statements_however_much_is_in_it(
    student: int, django_assert_num_queries: Any
) -> None:
    confirmed(student, 1, 2)
    token = services.calendar_token_rotate(student=student)
    feed(token)
    with django_assert_num_queries(2):
        feed(token)


def test_an_unknown_address_and_one_of_an_inactive_student_are_404(student: int) -> None:
    token = services.calendar_token_rotate(student=student)
    assert feed("nobody").status_code == 404
    User.objects.filter(pk=student).update(is_active=False)
    assert feed(token).status_code == 404


def test_the_log_does_not_contain_the_address(student: int, log_lines: list[str]) -> None:
    token = services.calendar_token_rotate(student=student)
    feed(token)
    feed("nobody")
    lines = [line for line in log_lines if "event=request_finished" in line]
    assert [" path=/calendar/….ics " in line for line in lines] == [True, True]


def test_an_address_is_long_and_a_new_one_ends_the_old(student: int) -> None:
    client = browser(student)
    assert "Get calendar link" in client.get("/calendar/").content.decode()
    assert not CalendarToken.objects.exists()
    client.post("/calendar/")
    old = CalendarToken.objects.get().token
    assert len(old) >= 32
    assert f"/calendar/{old}.ics" in client.get("/calendar/").content.decode()
    client.post("/calendar/")
    assert feed(old).status_code == 404
    assert feed(CalendarToken.objects.get().token).status_code == 200
    client.post("/calendar/", {"end": "yes"})
    assert not CalendarToken.objects.exists()


def test_only_students_get_an_address() -> None:
    clerk = User.objects.create_user("clerk")
    browser(clerk.pk).post("/calendar/")
    assert not CalendarToken.objects.exists()


def test_the_page_says_what_the_feed_leaves_out(student: int) -> None:
    confirmed(student, 1)
    client = browser(student)
    assert "Weekly meetings of these sections are not in the feed" in plain(
        client.get("/calendar/").content.decode()
    )
    dated()
    assert "are not in the feed" not in client.get("/calendar/").content.decode()


def test_a_term_that_moves_moves_its_meetings(student: int) -> None:
    dated()
    confirmed(student, 1)
    token = services.calendar_token_rotate(student=student)
    factories.catalogue(
        TermChanged(
            term=factories.TERM,
            code="T1",
            name="Term 1",
            starts_on="2027-01-04",
            ends_on="2027-04-02",
        )
    )
    (moved,) = events(feed(token).content)
    assert moved["DTSTART"].dt == datetime(2027, 1, 5, 9, tzinfo=UTC)


def test_a_section_with_a_date_needs_no_term(student: int) -> None:
    exam = Meeting(kind="FI", date="2026-12-10", start=540, end=600)
    factories.section(3)
    factories.catalogue(
        SectionChanged(
            section=3,
            term=factories.TERM,
            module=sum(map(ord, "MOD 3")) * 1000 + 3,
            module_code="MOD 3",
            code="A01",
            seats=5,
            credit_quarters=16,
            meetings=(exam,),
        )
    )
    confirmed(student, 3)
    (event,) = events(feed(services.calendar_token_rotate(student=student)).content)
    assert event["DTSTART"].dt == datetime(2026, 12, 10, 9, tzinfo=UTC)
