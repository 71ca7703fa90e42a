"""Requests that nobody types by hand: endless numbers, broken addresses, forged cookies."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import RefreshToken

from project.accounts.models import User
from project.events.modules import Meeting, ModuleChanged, SectionChanged, TermChanged
from registration import services
from registration.live.auth import person, person_of_token
from registration.tests import factories

pytestmark = pytest.mark.django_db
ENDLESS = "9" * 5000
EVIL = "\"><img src=x onerror=alert(1)>'}</script></text></svg>\r\nATTENDEE:x"
TORN = "http://["


@pytest.fixture
def student() -> int:
    factories.section(1, day=1)
    factories.window()
    return factories.student(name="ada")


@pytest.fixture
def reader(student: int) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=student))
    return client


def test_an_endless_number_is_no_bug_of_the_inbox(reader: Client) -> None:
    assert reader.get(f"/inbox/?before={ENDLESS}").status_code < 500


@pytest.mark.parametrize("way", ["add", "remove", "swap"])
def test_an_endless_number_is_no_section(reader: Client, way: str) -> None:
    sent = {"section": ENDLESS, "other": ENDLESS}
    assert reader.post(f"/plan/{way}/", sent).status_code == 404


@pytest.mark.parametrize("wanted", ["xyz", "follow"])
def test_a_way_back_is_an_address_and_not_the_name_of_one(reader: Client, wanted: str) -> None:
    assert reader.post("/plan/remove/", {"section": "1", "next": wanted}).status_code == 302


@pytest.mark.parametrize("wanted", ["//evil.com", "/\\evil.com", "/\t/evil.com", "javascript:a"])
def test_nobody_is_led_away(reader: Client, wanted: str) -> None:
    answer = reader.post("/plan/remove/", {"section": "1", "next": wanted})
    assert answer.headers["Location"] == "/plan/"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nowhere/", {"Referer": TORN}, 404),
        ("/plan/", {"HX-Request": "true", "HX-Current-URL": TORN}, 200),
        ("/", {"Cookie": r'sessionid="abcdefgh\000abcdefgh"'}, 200),
    ],
)
def test_a_torn_header_is_no_bug(path: str, headers: dict[str, str], status: int) -> None:
    answer = Client(raise_request_exception=False).get(path, headers=headers)
    assert answer.status_code == status


def test_a_broken_cookie_identifies_nobody_for_live_updates() -> None:
    assert person({"cookie": r'sessionid="abcdefgh\000abcdefgh"'}) is None


def test_a_token_that_is_no_text_identifies_nobody_for_live_updates() -> None:
    assert person_of_token("\ud800") is None


@pytest.mark.parametrize(
    ("method", "path", "changed"),
    [
        ("PROPFIND", "/calendar/SECRET.ics", {}),
        ("OPTIONS", "/calendar/SECRET.ics", {}),
        ("GET", "/calendar/SECRET.ics", {"SECURE_SSL_REDIRECT": True}),
        ("GET", "/calendar/SECRET.ics", {"ALLOWED_HOSTS": ["elsewhere"]}),
        ("PUT", "/password/reset/MQ/SECRET-x/", {}),
        ("GET", "/password/reset/MQ/SECRET-x/", {"SECURE_SSL_REDIRECT": True}),
    ],
)
def test_the_log_has_no_secret_address(
    log_lines: list[str], settings: Any, method: str, path: str, changed: dict[str, Any]
) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    Client(enforce_csrf_checks=True).generic(method, path)
    assert log_lines
    assert "SECRET" not in str(log_lines)


def test_a_new_password_ends_what_was_signed_in_with_the_old_one(student: int) -> None:
    user = User.objects.get(pk=student)
    old = {"refresh": str(RefreshToken.for_user(user))}
    user.set_password("quite another one")
    user.save()
    answer = Client().post("/api/v1/auth/refresh/", old, content_type="application/json")
    assert answer.status_code == 401


def test_an_open_session_is_not_enough_to_change_the_email_address(reader: Client) -> None:
    reader.post("/preferences/", {"email": "thief@example.com", "language": "en", "theme": "auto"})
    assert User.objects.get(username="ada").email != "thief@example.com"


def test_names_from_the_catalogue_are_text_everywhere(reader: Client, student: int) -> None:
    meeting = Meeting(kind=EVIL, day=1, start=540, end=600, room=EVIL)
    factories.catalogue(
        TermChanged(term=1, code="T1", name=EVIL),
        ModuleChanged(
            module=7, code="A " + EVIL, title=EVIL, credit_quarters=4, department=EVIL,
            requirement_note=EVIL,
        ),
        SectionChanged(
            section=7, term=1, module=7, module_code="A " + EVIL, code=EVIL, seats=5,
            credit_quarters=4, meetings=(meeting,), instructor=EVIL,
        ),
    )  # fmt: skip
    services.plan_add(student=student, section=7)
    pages = ["/catalogue/", "/catalogue/7/", "/plan/", f"/catalogue/?q={quote(EVIL)}"]
    flow = factories.flow(student, 7)
    pages += ["/registrations/", f"/registrations/{flow.id}/", "/timetable/"]
    pages += [f"/registrations/{flow.id}/drop/7/"]
    for path in pages:
        for headers in ({}, {"HX-Request": "true"}):
            answer = reader.get(path, headers=headers)
            assert answer.status_code == 200, path
            assert "<img src=x" not in answer.content.decode(), path
