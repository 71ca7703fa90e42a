"""The profile: what a student sees of themselves, and what they may change."""

import pytest
from django.test import Client

from project.accounts.models import User
from registration import services
from registration.models import Term
from registration.rules.people import Category, Kind
from registration.tests import factories

pytestmark = pytest.mark.django_db
URL = "/api/v1/profile/"


@pytest.fixture
def student() -> int:
    services.categories_set(
        [
            Category(kind=Kind.PROGRAMME, code="NURS", name="Nursing", years=4),
            Category(kind=Kind.GROUP, code="rowing", name="Rowing club"),
            Category(kind=Kind.STANDING, code="prob", name="On probation"),
        ]
    )
    adviser = User.objects.create_user("t1", full_name="Prof. Hopper")
    user = User.objects.create_user(
        "s1", full_name="Ada Lovelace", number="S-1", email="ada@x.org", language="en"
    )
    services.student_change(
        services.Admission(
            student=user.pk, programme="NURS", year=2, credit_limit_quarters=70,
            groups=("rowing",), standing="prob", adviser=adviser.pk, credits_earned_quarters=194,
        )
    )  # fmt: skip
    factories.section(1)
    factories.window(programme="NURS")
    factories.window(programme="CS", opens=5, closes=6)
    services.block_put(student=user.pk, reason="Return your books.", office="The library")
    return user.pk


def browser(user: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client


SHOWN = (
    *("Ada Lovelace", "S-1", "ada@x.org", "Nursing", "Rowing club", "On probation"),
    *("Prof. Hopper", "48.5", "17.5", "Return your books.", "See: The library.", "Term 1: from"),
)


@pytest.mark.parametrize("text", SHOWN)
def test_the_page_shows_what_the_registry_keeps(student: int, text: str) -> None:
    assert text in browser(student).get("/profile/").content.decode()


@pytest.mark.parametrize(
    ("state", "shown"),
    [({}, True), ({"is_paused": True}, True), ({"is_draft": True}, False)],
)
def test_windows_of_terms_that_students_see(
    student: int, state: dict[str, bool], shown: bool
) -> None:
    Term.objects.filter(id=factories.TERM).update(**state)
    windows = factories.client(student).get(URL).json()["studies"]["windows"]
    assert bool(windows) is shown
    assert ("Term 1: from" in browser(student).get("/profile/").content.decode()) is shown


def test_the_page_opens_for_who_is_no_student() -> None:
    clerk = User.objects.create_user("clerk", full_name="A Clerk").pk
    page = browser(clerk).get("/profile/").content.decode()
    assert "A Clerk" in page
    assert "Your studies" not in page


def test_the_api_has_the_same(student: int) -> None:
    found = factories.client(student).get(URL).json()
    assert (found["full_name"], found["number"], found["wants_email"]) == (
        "Ada Lovelace", "S-1", True,
    )  # fmt: skip
    studies = found["studies"]
    windows = studies.pop("windows")
    assert [window["term"] for window in windows] == ["Term 1"]
    assert studies == {
        "programme": "Nursing", "year": 2, "level": "", "standing": "On probation", "campus": "",
        "groups": ["Rowing club"], "adviser": "Prof. Hopper", "credit_limit": 17.5,
        "credits_earned": 48.5,
        "blocks": [{"reason": "Return your books.", "office": "The library"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"preferred_name": "Countess"},
        {"address": "12 St James's Square\nLondon"},
        {"language": "zh-hant"},
        {"wants_email": False},
        {"preferred_name": "", "wants_email": True, "address": "Home"},
    ],
)
def test_what_a_student_may_change(student: int, change: dict[str, object]) -> None:
    before = len(factories.stored("person_changed"))
    answer = factories.client(student).patch(URL, change, format="json")
    assert {name: answer.json()[name] for name in change} == change
    assert factories.client(student).patch(URL, change, format="json").status_code == 200
    stored = factories.stored("person_changed")[before:]
    assert len(stored) == 1
    assert set(stored[0]) == {"person", "digest"}


@pytest.mark.parametrize(
    "change",
    [
        {"full_name": "Grace"},
        {"number": "S-2"},
        {"email": "else@x.org"},
        {"studies": {"year": 4}},
        {"is_staff": True},
        {"preferred_name": "x" * 201},
        {"wants_email": "perhaps"},
        {"language": "tlh"},
    ],
)
def test_what_only_the_registry_may_change(student: int, change: dict[str, object]) -> None:
    answer = factories.client(student).patch(URL, change, format="json")
    assert answer.status_code == 400
    assert factories.client(student).get(URL).json()["full_name"] == "Ada Lovelace"
    assert factories.stored("person_changed") == []


def test_preferences_keep_name_address_and_notices(student: int) -> None:
    form = {
        "preferred_name": "Countess", "address": "Home", "email": "ada@x.org",
        "language": "en", "theme": "auto",
    }  # fmt: skip
    assert browser(student).post("/preferences/", form).status_code == 302
    user = User.objects.get(pk=student)
    assert (user.preferred_name, user.address, user.wants_email) == ("Countess", "Home", False)
    assert user.get_short_name() == "Countess"
