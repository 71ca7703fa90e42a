"""Whether registration is open: in a bar on every page of a student, and on a card at the start."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from project.accounts.models import User
from project.events.modules import TermChanged
from registration import services
from registration.rules.window_status import TermWindow, WindowStatus, window_status
from registration.tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def window(opens: timedelta, closes: timedelta, term: str = "T") -> TermWindow:
    return TermWindow(term=term, opens_at=NOW + opens, closes_at=NOW + closes)


def status(kind: Any, at: timedelta, *, days: int = 0, hours: int = 0) -> WindowStatus:
    return WindowStatus(kind=kind, term="T", at=NOW + at, days=days, hours=hours)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([], WindowStatus(kind="unset")),
        ([window(-HOUR, 29 * DAY)], status("open", 29 * DAY, days=29)),
        ([window(-HOUR, DAY)], status("open", DAY, days=1)),
        ([window(-HOUR, 5 * HOUR)], status("open", 5 * HOUR, hours=5)),
        ([window(0 * HOUR, HOUR / 2)], status("open", HOUR / 2)),
        ([window(-HOUR, HOUR), window(-DAY, 2 * DAY)], status("open", 2 * DAY, days=2)),
        ([window(-HOUR, HOUR), window(DAY, 2 * DAY)], status("open", HOUR, hours=1)),
        ([window(-2 * HOUR, -HOUR), window(DAY, 2 * DAY)], status("opens", DAY, days=1)),
        ([window(3 * DAY, 4 * DAY), window(DAY, 9 * DAY)], status("opens", DAY, days=1)),
        ([window(-2 * HOUR, 0 * HOUR)], status("closed", 0 * HOUR)),
        ([window(-9 * DAY, -8 * DAY), window(-2 * DAY, -DAY)], status("closed", -DAY)),
    ],
)
def test_what_a_student_has_to_know(windows: list[TermWindow], expected: WindowStatus) -> None:
    assert window_status(windows, NOW) == expected


@pytest.fixture
def student() -> int:
    factories.section(1)
    return factories.student()


def browser(user: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client


def read(user: int, path: str = "/timetable/", *, language: str = "en") -> str:
    client = browser(user)
    client.cookies["django_language"] = language
    text = re.sub(r"<[^>]+>", " ", client.get(path).content.decode())
    return re.sub(r"\s+", " ", text).replace("&nbsp;", " ")


OPENS_IN: list[tuple[int, int, str]] = [
    (
        -1,
        24 * 29 + 1,
        r"Registration is open until \w+ \d+ \w+, \d\d:\d\d UTC \(29 days left\)",
    ),
    (-1, 25, r"Registration is open until [^(]+ \(1 day left\)"),
    (-1, 6, r"Registration is open until [^(]+ \(5 hours left\)"),
    (-1, 1, r"Registration is open until [^(]+ \(less than an hour left\)"),
    (2, 9, r"Registration opens \w{3} \d+ \w{3}, \d\d:\d\d UTC \(in 1 hour\)"),
    (49, 99, r"Registration opens [^(]+ \(in 2 days\)"),
    (-9, -1, r"Registration has closed \(\w{3} \d+ \w{3}, \d\d:\d\d UTC\)"),
]


@pytest.mark.parametrize(("opens", "closes", "words"), OPENS_IN)
@pytest.mark.parametrize("path", ["/", "/timetable/", "/catalogue/", "/inbox/"])
def test_the_status_is_a_sentence(
    student: int, opens: int, closes: int, words: str, path: str
) -> None:
    factories.window(opens=opens, closes=closes)
    assert re.search(words, read(student, path))


@pytest.mark.parametrize(("opens", "closes", "words"), OPENS_IN)
def test_the_status_is_a_sentence_in_chinese(
    student: int, opens: int, closes: int, words: str
) -> None:
    factories.window(opens=opens, closes=closes)
    for path in ("/", "/timetable/"):
        text = read(student, path, language="zh-hant")
        assert "Registration" not in text
        assert "選課" in text
        assert "月" in text


PAGES = (
    *("/", "/catalogue/", "/catalogue/1002/", "/plan/", "/registrations/", "/timetable/"),
    *("/calendar/", "/account/", "/inbox/", "/preferences/", "/password/change/"),
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("has_plan", [False, True])
def test_every_page_of_a_student_has_it_once(student: int, path: str, has_plan: bool) -> None:
    factories.window(closes=50)
    if has_plan:
        services.plan_add(student=student, section=1)
    number = sum(map(ord, "MOD 1")) * 1000 + 1
    text = read(student, path.replace("1002", str(number)))
    assert text.count("Registration is open until") == 1
    assert "(2 days left)" in text


def test_the_pages_of_a_registration_have_it_too(student: int) -> None:
    factories.window(closes=50)
    flow = factories.flow(student, 1).seats_decided(["seated"]).paid(1).decided()
    for path in (f"/registrations/{flow.id}/", f"/registrations/{flow.id}/drop/1/"):
        assert "Registration is open until" in read(student, path)


def nobodys(_: int) -> int:
    return User.objects.create_user("staff", is_staff=True).id


def of_another_programme(student: int) -> int:
    factories.programme("EE")
    services.student_change(
        services.Admission(student=student, programme="EE", year=2, credit_limit_quarters=36)
    )
    return student


def of_another_year(student: int) -> int:
    services.student_change(
        services.Admission(student=student, programme="CS", year=3, credit_limit_quarters=36)
    )
    return student


def after_the_term(student: int) -> int:
    ended = (date.today() - timedelta(days=n) for n in (90, 2))
    first, last = (day.isoformat() for day in ended)
    factories.catalogue(
        TermChanged(term=factories.TERM, code="T1", name="Term 1", starts_on=first, ends_on=last)
    )
    return student


@pytest.mark.parametrize("who", [nobodys, of_another_programme, of_another_year, after_the_term])
@pytest.mark.parametrize("path", ["/timetable/", "/catalogue/", "/"])
def test_who_has_no_window_now_has_no_bar(
    student: int, who: Callable[[int], int], path: str
) -> None:
    factories.window(programme="CS", year=2)
    reader = who(student)
    text = read(reader, path)
    assert "Registration is open" not in text
    assert ("has not been set yet" in text) is (path == "/" and who is not nobodys)


def test_strangers_have_no_bar() -> None:
    assert b"bar open" not in Client().get("/").content


@pytest.mark.parametrize("path", ["/catalogue/", "/plan/"])
def test_where_the_page_knows_the_windows_the_bar_costs_nothing(student: int, path: str) -> None:
    factories.window(closes=50)
    services.plan_add(student=student, section=1)
    visitor = browser(student)
    with CaptureQueriesContext(connection) as seen:
        assert "Registration is open until" in visitor.get(path).content.decode()
    assert not [
        one
        for one in seen
        if "LEFT JOIN LATERAL" in one["sql"] and "t.name, w.opens_at" in one["sql"]
    ]


def test_the_card_at_the_start_says_what_to_do(student: int) -> None:
    number = factories.window(closes=50)
    assert re.search(r"Registration is open until .* Term 1 .*Go to the plan", read(student, "/"))
    services.window_close(window=number)
    assert "Ask the registry when yours opens." in read(student, "/")


def test_the_instant_is_written_as_people_write_it(student: int) -> None:
    factories.window(opens=30, closes=60)
    at = datetime.now(UTC) + timedelta(hours=30)
    assert date_format(at, "D j M, H:") in read(student)
