"""The calendar feed: what calendar programs read, whose it is, and how its address ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import get_language
from icalendar import Calendar

from project.accounts.models import User
from project.events.modules import Meeting, SectionChanged, TermChanged
from registration import services
from registration.models import CalendarToken
from registration.rules.calendar import CalendarEntry, format_calendar, lacks_days
from registration.tests import factories
from registration.tests.factories import Flow
from registration.tests.pages import browser, plain

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = date(2026, 9, 7), date(2026, 12, 18)
LECTURE = {"kind": "LE", "start": 540, "end": 600, "date": None, "room": "HALL 1"}
FINAL = {"kind": "FI", "start": 1140, "end": 1440, "day": None, "date": "2026-12-10", "room": ""}


def entry(**more: Any) -> CalendarEntry:
    given_ = {
        "registration": "r",
        "section": 7,
        "name": "MATH 1 A01",
        "title": "Numbers; and, more",
        "instructor": "Noether",
        "meetings": [{**LECTURE, "day": 2}, {**LECTURE, "day": 4}, FINAL],
        "term_starts": MONDAY,
        "term_ends": FRIDAY,
        "is_cancelled": False,
        "changed_at": datetime(2026, 8, 1, 12, tzinfo=UTC),
    }
    return CalendarEntry(**{**given_, **more})


def events(body: bytes) -> list[Any]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


def written(**more: Any) -> list[Any]:
    return events(format_calendar([entry(**more)], name="Mine", host="example.org", translate=str))


def test_weekly_meetings_repeat_from_their_first_day_to_the_end_of_the_term() -> None:
    weekly, _ = written()
    assert weekly["DTSTART"].dt == datetime(2026, 9, 9, 9)
    assert weekly["DTEND"].dt == datetime(2026, 9, 9, 10)
    assert weekly["RRULE"].to_ical() == b"FREQ=WEEKLY;UNTIL=20261218T235959;BYDAY=WE,FR"
    assert (weekly["SUMMARY"], weekly["LOCATION"]) == ("MATH 1 A01 Lecture", "HALL 1")
    assert weekly["DESCRIPTION"] == "Numbers; and, more\nNoether"


def test_a_dated_meeting_is_one_event_and_may_end_at_midnight() -> None:
    _, final = written()
    assert "RRULE" not in final
    assert (final["DTSTART"].dt, final["DTEND"].dt) == (
        datetime(2026, 12, 10, 19),
        datetime(2026, 12, 11),
    )


def test_times_float_and_the_stamp_is_the_items() -> None:
    text = format_calendar([entry()], name="Mine", host="example.org", translate=str).decode()
    assert "DTSTART:20260909T090000\r\n" in text
    assert "DTSTAMP:20260801T120000Z\r\n" in text
    assert "TZID" not in text


def test_an_event_keeps_its_number_and_a_cancelled_one_comes_later() -> None:
    before, after = written(), written(is_cancelled=True)
    assert [one["UID"] for one in before] == ["r-7-1@example.org", "r-7-2@example.org"]
    assert [one["UID"] for one in after] == [one["UID"] for one in before]
    assert {(one["STATUS"], one["SEQUENCE"]) for one in before} == {("CONFIRMED", 0)}
    assert {(one["STATUS"], one["SEQUENCE"]) for one in after} == {("CANCELLED", 1)}


@pytest.mark.parametrize("days", [{"term_starts": None}, {"term_ends": None}])
def test_without_the_terms_days_only_dated_meetings_are_shown(days: dict[str, None]) -> None:
    (final,) = written(**days)
    assert final["UID"] == "r-7-2@example.org"
    assert lacks_days(entry(**days))
    assert not lacks_days(entry(**days, meetings=[FINAL]))


def test_a_weekday_that_the_term_does_not_reach_is_left_out() -> None:
    (final,) = written(term_ends=MONDAY + timedelta(days=1))
    assert "RRULE" not in final


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


def test_what_was_confirmed_and_dropped_is_cancelled_under_the_same_name(student: int) -> None:
    dated()
    flow, token = confirmed(student, 1), services.calendar_token_rotate(student=student)
    (before,) = events(feed(token).content)
    services.item_drop(student=student, registration=flow.id, section=1)
    (after,) = events(feed(token).content)
    assert (after["UID"], after["STATUS"], after["SEQUENCE"]) == (before["UID"], "CANCELLED", 1)


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
    assert moved["DTSTART"].dt == datetime(2027, 1, 5, 9)


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
    assert event["DTSTART"].dt == datetime(2026, 12, 10, 9)
