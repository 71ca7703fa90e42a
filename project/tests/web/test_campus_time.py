"""Campus time: how it is written, read from forms, and where a day ends."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from modules.models import Term
from project.bus.sql import fetch
from project.events.modules import TermChanged
from project.ops import env
from project.web.campus_time import NoSuchTime, at_campus, end_of_day, format_time
from registration.models import Window
from registration.selectors.windows import load_window_status
from registration.tests import factories

LOS_ANGELES, CHATHAM = "America/Los_Angeles", "Pacific/Chatham"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "opening", "deadline"),
    [
        ("UTC", "2026-12-25 11:20:59", "Fri 25 Dec, 11:20 UTC", "Fri 25 Dec, 11:20 UTC"),
        (LOS_ANGELES, "2026-12-25 08:00", "Fri 25 Dec, 00:00 PST", "Thu 24 Dec, 24:00 PST"),
        (LOS_ANGELES, "2026-07-01 07:00", "Wed 1 Jul, 00:00 PDT", "Tue 30 Jun, 24:00 PDT"),
        (LOS_ANGELES, "2026-11-01 08:30", "Sun 1 Nov, 01:30 PDT", "Sun 1 Nov, 01:30 PDT"),
        (LOS_ANGELES, "2026-11-01 09:30", "Sun 1 Nov, 01:30 PST", "Sun 1 Nov, 01:30 PST"),
        (CHATHAM, "2026-12-31 10:15", "Fri 1 Jan, 00:00 UTC+13:45", "Thu 31 Dec, 24:00 UTC+13:45"),
        (CHATHAM, "2026-07-01 00:00", "Wed 1 Jul, 12:45 UTC+12:45", "Wed 1 Jul, 12:45 UTC+12:45"),
        ("America/Sao_Paulo", "2026-05-01 12:00", *["Fri 1 May, 09:00 UTC-03:00"] * 2),
        ("America/St_Johns", "2026-01-15 03:30", "Thu 15 Jan, 00:00 NST", "Wed 14 Jan, 24:00 NST"),
    ],
)
def test_a_moment_names_the_zone_and_a_deadline_the_day_that_it_ends(
    settings: Settings, zone: str, moment: str, opening: str, deadline: str
) -> None:
    settings.TIME_ZONE = zone
    assert format_time(utc(moment)) == opening
    assert format_time(utc(moment), is_deadline=True) == deadline


def test_chinese_has_its_own_form(settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Hong_Kong"
    with translation.override("zh-hant"):
        assert format_time(utc("2026-12-25 03:20")) == "12月25日（週五）11:20 HKT"  # noqa: RUF001


ENDS = [
    ("UTC", "2026-12-31", "2027-01-01 00:00"),
    (LOS_ANGELES, "2026-12-31", "2027-01-01 08:00"),
    (LOS_ANGELES, "2026-11-01", "2026-11-02 08:00"),
    (CHATHAM, "2026-12-31", "2026-12-31 10:15"),
    ("Africa/Cairo", "2026-04-23", "2026-04-23 22:00"),  # 00:00 is skipped
    ("America/Havana", "2026-10-31", "2026-11-01 05:00"),  # 00:00 comes twice
    ("Atlantic/Azores", "2026-10-24", "2026-10-25 01:00"),  # 00:00 comes twice
    ("Asia/Beirut", "2026-10-24", "2026-10-24 22:00"),  # 23:00 comes twice
    ("Pacific/Apia", "2011-12-29", "2011-12-30 10:00"),  # the 30th is skipped
]


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "day", "moment"), ENDS)
def test_a_day_ends_when_the_database_says_so_too(
    settings: Settings, zone: str, day: str, moment: str
) -> None:
    settings.TIME_ZONE = zone
    sql = "SELECT (%s::date + 1)::timestamp AT TIME ZONE %s"
    assert end_of_day(date.fromisoformat(day)) == fetch(sql, [day, zone])[0][0] == utc(moment)


@pytest.mark.parametrize(
    ("zone", "local", "answer"),
    [
        (LOS_ANGELES, "2026-03-08 01:59", "2026-03-08 09:59"),
        (LOS_ANGELES, "2026-03-08 02:00", "On Sun 8 Mar 2026 clocks go forward: there is no 02:00"),
        (LOS_ANGELES, "2026-03-08 02:59", "On Sun 8 Mar 2026 clocks go forward: there is no 02:59"),
        (LOS_ANGELES, "2026-03-08 03:00", "2026-03-08 10:00"),
        (LOS_ANGELES, "2026-11-01 00:59", "2026-11-01 07:59"),
        (LOS_ANGELES, "2026-11-01 01:00", "On Sun 1 Nov 2026 clocks go back: 01:00 comes twice"),
        (LOS_ANGELES, "2026-11-01 01:59", "On Sun 1 Nov 2026 clocks go back: 01:59 comes twice"),
        (LOS_ANGELES, "2026-11-01 02:00", "2026-11-01 10:00"),
        (CHATHAM, "2026-09-27 02:45", "clocks go forward: there is no 02:45"),
        (CHATHAM, "2026-04-05 03:00", "clocks go back: 03:00 comes twice"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "clocks go forward: there is no 02:15"),
        ("Pacific/Apia", "2011-12-30 12:00", "clocks go forward: there is no 12:00"),
        ("Asia/Hong_Kong", "2026-03-08 02:30", "2026-03-07 18:30"),
    ],
)
def test_a_time_that_clocks_skip_or_repeat_is_refused_in_words(
    settings: Settings, zone: str, local: str, answer: str
) -> None:
    settings.TIME_ZONE = zone
    try:
        read = f"{at_campus(datetime.fromisoformat(local)).astimezone(UTC):%Y-%m-%d %H:%M}"
    except NoSuchTime as no:
        read = str(no)
    assert answer in read


def window_form(opens: str, closes: str, **more: str) -> dict[str, Any]:
    (opens_on, opens_at), (closes_on, closes_at) = opens.split("T"), closes.split("T")
    return {
        "term_id": factories.TERM, "programme": "", "year": "",
        "opens_at_0": opens_on, "opens_at_1": opens_at,
        "closes_at_0": closes_on, "closes_at_1": closes_at, **more,
    }  # fmt: skip


ADD = "/admin/registration/window/add/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "typed", "stored"),
    [
        ("Asia/Hong_Kong", ("2026-09-01T09:00", "2026-09-02T17:00"), "01T01:00 02T09:00"),
        ("Asia/Hong_Kong", ("2026-09-01T00:00", "2026-09-02T"), "31T16:00 02T16:00"),
        (LOS_ANGELES, ("2026-09-01T09:00", "2026-09-02T"), "01T16:00 03T07:00"),
        (LOS_ANGELES, ("2026-11-01T00:00", "2026-11-01T"), "01T07:00 02T08:00"),
        (CHATHAM, ("2026-12-24T09:00", "2026-12-25T23:59"), "23T19:15 25T10:14"),
    ],
)
def test_staff_type_campus_time(
    admin_client: Client, settings: Settings, zone: str, typed: tuple[str, str], stored: str
) -> None:
    settings.TIME_ZONE = zone
    factories.section(1)
    factories.student()
    assert f"Campus time ({zone})" in admin_client.get(ADD).content.decode()
    assert admin_client.post(ADD, window_form(*typed)).status_code == 302
    row = Window.objects.get()
    opens, closes = row.opens_at.astimezone(UTC), row.closes_at.astimezone(UTC)
    assert f"{opens:%dT%H:%M} {closes:%dT%H:%M}" == stored
    page = admin_client.get(f"/admin/registration/window/{row.pk}/change/").content.decode()
    for name, text in window_form(*typed).items():
        if text and name.startswith(("opens", "closes")):
            assert f'name="{name}" value="{text}"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("2026-03-08T02:30", "2026-03-09T"), "clocks go forward: there is no 02:30"),
        (("2026-03-01T02:30", "2026-03-08T02:30"), "clocks go forward: there is no 02:30"),
        (("2026-11-01T01:30", "2026-11-02T"), "clocks go back: 01:30 comes twice"),
        (("2026-10-01T01:30", "2026-11-01T01:30"), "clocks go back: 01:30 comes twice"),
        (("2026-10-01T", "2026-11-01T01:30"), "Enter a valid time."),
        (("T09:00", "2026-10-01T"), "Enter a valid date."),
        (("2026-10-01T09:00", "T09:00"), "Enter a valid date."),
        (("2026-10-01T25:00", "2026-10-02T"), "Enter a valid time."),
    ],
)
def test_no_window_is_saved_at_a_time_that_is_none(
    admin_client: Client, settings: Settings, typed: tuple[str, str], message: str
) -> None:
    settings.TIME_ZONE = LOS_ANGELES
    factories.section(1)
    assert message in admin_client.post(ADD, window_form(*typed)).content.decode()
    assert not Window.objects.exists()


TERM = {"code": "S27", "name": "Spring", "starts_on": "2027-02-15", "ends_on": "2027-06-11"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "typed", "moment"),
    [
        ("add_until", "2027-03-05T", "2027-03-06 08:00"),
        ("drop_until", "2027-03-05T17:00", "2027-03-06 01:00"),
        ("refund_until", "2027-03-13T", "2027-03-14 08:00"),
        ("drop_until", "2027-03-14T", "2027-03-15 07:00"),
        ("add_until", "2027-03-14T00:00", "2027-03-14 08:00"),
    ],
)
def test_a_deadline_that_is_a_day_ends_with_it(
    admin_client: Client, settings: Settings, name: str, typed: str, moment: str
) -> None:
    settings.TIME_ZONE = LOS_ANGELES
    day, at = typed.split("T")
    form = {**TERM, f"{name}_0": day, f"{name}_1": at}
    assert admin_client.post("/admin/modules/term/add/", form).status_code == 302
    row = Term.objects.get()
    assert getattr(row, name) == utc(moment)
    page = admin_client.get(f"/admin/modules/term/{row.pk}/change/").content.decode()
    assert "without a time, the end of the day" in page
    assert (f'name="{name}_1" value="' in page) is (at == "17:00")


@pytest.mark.django_db
@pytest.mark.parametrize("zone", [LOS_ANGELES, CHATHAM, "Africa/Cairo", "UTC", "Asia/Kolkata"])
def test_saving_a_term_unchanged_moves_no_deadline(
    admin_client: Client, settings: Settings, zone: str
) -> None:
    settings.TIME_ZONE = zone
    form = {**TERM, "drop_until_0": "2027-04-24", "add_until_0": "2027-03-05"}
    admin_client.post("/admin/modules/term/add/", {**form, "add_until_1": "11:20:30"})
    url = f"/admin/modules/term/{Term.objects.get().pk}/change/"
    page = admin_client.get(url).content.decode()
    shown = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    assert shown["add_until_1"] == "11:20:30"
    assert admin_client.post(url, {**TERM, **shown}).status_code == 302
    assert len(factories.stored("term_changed")) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", CHATHAM, LOS_ANGELES])
@pytest.mark.parametrize("days_ago", [0, 1])
def test_a_term_is_over_when_its_last_campus_day_is(
    settings: Settings, zone: str, days_ago: int
) -> None:
    settings.TIME_ZONE = zone
    factories.section(1)
    student = factories.student()
    factories.window()
    last = datetime.now(ZoneInfo(zone)).date() - timedelta(days=days_ago)
    ended = TermChanged(
        term=factories.TERM, code="T1", name="Term 1", starts_on="2026-01-01",
        ends_on=last.isoformat(),
    )  # fmt: skip
    factories.catalogue(ended)
    status = load_window_status(student)
    assert status is not None
    assert status.kind == ("unset" if days_ago else "open")


ENV = [
    ("Europe/London", ""),
    ("Pacific/Chatham", ""),
    ("UTC", ""),
    ("GMT+8", "CAMPUS_TIME_ZONE='GMT+8' is not a time zone"),
    ("america/los_angeles", "that this machine knows: America/Los_Angeles?"),
    ("Asia/Hongkong", "that this machine knows: Asia/Hong_Kong?"),
    ("America", "CAMPUS_TIME_ZONE='America' is not a time zone"),
    ("../etc/passwd", "is not a time zone"),
]


@pytest.mark.parametrize(("zone", "sentence"), ENV)
def test_a_zone_that_is_none_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, zone: str, sentence: str
) -> None:
    monkeypatch.setenv("CAMPUS_TIME_ZONE", zone)
    try:
        assert env.time_zone("CAMPUS_TIME_ZONE") == zone
        message = ""
    except SystemExit as stopped:
        message = str(stopped)
    assert message == sentence if not sentence else sentence in message


@pytest.mark.django_db
def test_the_databases_session_stays_in_utc(settings: Settings) -> None:
    settings.TIME_ZONE = CHATHAM
    assert fetch("SHOW timezone") == [("UTC",)]
    assert connection.timezone_name == "UTC"
