"""With a campus at UTC+13:45, nothing that people read or fill in shows any other time."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from html import unescape
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.core.management import call_command
from django.db import models
from django.test import Client
from pytest_django import Settings

from modules.rules.terms import Deadlines
from modules.services.catalogue import term_save
from notifications import selectors
from notifications.models import Inbox
from project.accounts.models import User
from project.ops.env import ROOT
from project.testing.in_process import posted
from project.testing.system.world import World
from project.web.errors.base import Refusal
from registration.models import Item, Module, Section, Student, Window
from registration.services import Opening, window_change
from registration.tests import factories

CHATHAM = ZoneInfo("Pacific/Chatham")
_CLOCK = re.compile(r"(?<![\d:.])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])")
# Machines read these: they carry their offset.
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)")
# The hours beside a timetable, and how staff write meetings, in the hints of forms.
EXAMPLES = {f"{hour}:00" for hour in range(24)} | {"18:20", "21:59"}
_ZONE = re.compile(r"UTC[+]1[23]:45")


@pytest.fixture
def campus(settings: Settings, broken_world: World) -> World:
    """A campus far from UTC, with students in several states and a bit of everything."""
    settings.TIME_ZONE = CHATHAM.key
    world = broken_world
    sections = [world.section(seats=1), world.section(), world.section(is_open=False)]
    first, second = world.students(2)
    world.ready()
    one = world.submit(first, *sections[:2])
    world.submit(second, *sections[:2])
    world.ready()
    world.drop(first, one, sections[1])
    world.ready()
    return world


def local_clocks() -> set[str]:
    """Every instant of the database, as a clock of the campus shows it; and now."""
    moments = [datetime.now(CHATHAM) + timedelta(minutes=n) for n in (-1, 0)]
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, models.DateTimeField):
                moments += model._base_manager.values_list(field.name, flat=True)
    return EXAMPLES | {f"{one.astimezone(CHATHAM):%H:%M}" for one in moments if one}


def other_times(text: str, known: set[str]) -> list[str]:
    """Times in the text that are none of the campus, and zones that are another."""
    text = _ZONE.sub("", _ISO.sub("", text))
    return [one for one in _CLOCK.findall(text) if one not in known] + re.findall(r"UTC|GMT", text)


def shown(html: str) -> str:
    """What a page shows: its text, and what stands in its fields."""
    html = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", html)
    values = re.findall(r'<input(?![^>]*type="hidden")[^>]* value="([^"]*)"', html)
    return unescape(" ".join([re.sub(r"<[^>]+>", " ", html), *values]))


def pages() -> Iterator[str]:
    """The address of every page of a student that has times of the student's own."""
    yield from ("/", "/catalogue/", "/plan/", "/registrations/", "/timetable/", "/calendar/")
    yield from ("/inbox/", "/account/", "/preferences/", "/password/change/", "/nowhere/")
    for item in Item.objects.all():
        yield f"/registrations/{item.registration_id}/"
        yield f"/registrations/{item.registration_id}/drop/{item.section_id}/"
    yield from (f"/catalogue/{number}/" for number in Module.objects.values_list("id", flat=True))


def admin_pages() -> Iterator[str]:
    """Every list of the admin, a row of each, and the empty form."""
    yield "/admin/"
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (base, f"{base}add/")
        row = model._base_manager.first()
        if row is not None:
            yield from (f"{base}{quote(row.pk)}/{page}/" for page in ("change", "history"))


def others_on(client: Client, addresses: Iterable[str]) -> dict[str, list[str]]:
    """Other times by address."""
    read = {one: shown(client.get(one).content.decode()) for one in set(addresses)}
    known = local_clocks()
    return {one: found for one, text in read.items() if (found := other_times(text, known))}


def test_no_page_shows_another_time(campus: World, admin_client: Client) -> None:
    visitors = [Client(), Client(headers={"Accept-Language": "zh-hant"})]
    for visitor, student in zip(visitors, Student.objects.all(), strict=True):
        visitor.force_login(User.objects.get(pk=student.id))
    for opens, closes in ((-2, 2), (1, 30), (-30, -1)):
        move_window(campus, opens, closes)
        assert [others_on(visitor, pages()) for visitor in visitors] == [{}, {}]
    assert others_on(admin_client, admin_pages()) == {}


def move_window(campus: World, opens: int, closes: int) -> None:
    """Let registration open and close so many hours from now."""
    now = datetime.now(CHATHAM).replace(second=0, microsecond=0)
    at = [now + timedelta(hours=hours) for hours in (opens, closes)]
    opening = Opening(term=campus.term, opens_at=at[0], closes_at=at[1])
    window_change(window=Window.objects.get().id, opening=opening)


@pytest.mark.parametrize(("opens", "closes"), [(1, 30), (-30, -1)])
def test_no_error_shows_another_time(campus: World, opens: int, closes: int) -> None:
    move_window(campus, opens, closes)
    student, section = Student.objects.all()[0].id, Section.objects.all()[1].id
    answer = factories.post(student, factories.body(section)).json()
    assert answer["code"] == "window"
    assert _CLOCK.search(answer["detail"])
    assert other_times(answer["detail"], local_clocks()) == []
    over = datetime.now(CHATHAM) - timedelta(minutes=1)
    deadlines = Deadlines(drop_until=over)
    term_save(code="T1", name="Term 1", term=campus.term, deadlines=deadlines)
    campus.ready()
    item = Item.objects.filter(state="confirmed")[0]
    with pytest.raises(Refusal) as refused:
        campus.drop(item.student_id, item.registration_id, item.section_id)
    assert _CLOCK.search(refused.value.detail)
    assert other_times(refused.value.detail, local_clocks()) == []


def test_no_email_shows_another_time(campus: World) -> None:
    numbers = list(Inbox.objects.values_list("event_id", flat=True))
    emails = selectors.load_emails(numbers).values()
    bodies = [one.text.body for one in emails] + [str(one.body) for one in posted()]
    assert len(bodies) > 2
    assert [other_times(body, local_clocks()) for body in bodies] == [[]] * len(bodies)


def test_no_command_shows_another_time(campus: World) -> None:
    out = StringIO()
    call_command("prepare_students", term="T1", count=1, stdout=out)
    call_command("set_rate", "arts", "100", "1000", stdout=out)
    call_command("check_invariants", stdout=out)
    call_command("replay", stdout=out)
    assert other_times(out.getvalue(), local_clocks()) == []


def test_the_api_keeps_utc(campus: World) -> None:
    student = Student.objects.all()[0].id
    client = factories.client(student)
    listed = client.get(factories.URL).content.decode()
    url = json.loads(listed)["results"][0]["url"]
    moments = re.findall(r'"(\d{4}-\d\d-\d\dT[^"]+)"', listed + client.get(url).content.decode())
    assert len(moments) > 5
    assert [one for one in moments if not one.endswith(("Z", "+00:00"))] == []


# Who formats a time, or asks for a day, without the campus's zone.
_BY_HAND = re.compile(
    r"%H:%M|isoformat\(\" \"|strftime\(|\|date:.[^'\"]*[GHgh]:?i|date\.today\(|\blocaltime\b"
    r"|current_date|localtimestamp|timestamptz\)?::date|datetime\.now\(\)"
)
_MAY = {
    "project/web/campus_time.py": "formats it",
    "project/web/time_fields.py": "fills a form's field",
    "project/formats/en/formats.py": "says how",
    "project/formats/zh_Hant/formats.py": "says how",
    "project/management/commands/demo.py": "the code of a term",
    "project/imports/xlsx_records.py": "reads the cells of a file",
    "registration/views/search.py": "reads the hours of a filter",
}


def test_no_source_formats_times_by_itself() -> None:
    apps_ = ("project", "registration", "modules", "payments", "notifications")
    files = [
        file
        for app in apps_
        for file in (ROOT / app).rglob("*")
        if not {"tests", "testing"} & {*file.parts}
    ]
    found = {
        str(file.relative_to(ROOT))
        for file in files
        if file.suffix in {".py", ".html", ".txt", ".sql"} and _BY_HAND.search(file.read_text())
    }
    assert sorted(found - _MAY.keys()) == [], "use project.web.campus_time"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fri 25 Dec, 11:20 UTC+13:45", []),
        ("Fri 25 Dec, 11:20 UTC", ["UTC"]),
        ("at 21:35", ["21:35"]),
        ("11:20:30", ["11:20:30"]),
        ("2026-12-25T10:35:00+00:00", []),
        ("2026-12-25 10:35 and 11:20", ["10:35"]),
        ("section 1:203, ratio 4:3", []),
    ],
)
def test_the_walk_finds_another_time(text: str, found: list[str]) -> None:
    assert other_times(text, {"11:20"}) == found
