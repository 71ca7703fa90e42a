"""Sign-in is paused and resumed in one action; every page says what is paused."""

import pytest
from django.test import Client
from django.urls import reverse

from modules.services.catalogue import term_save
from modules.services.terms import term_pause, term_resume
from project.accounts.models import SignInPause, User
from project.ops.redis import client
from project.testing.in_process import world_in_process
from project.web.notices import notices

pytestmark = pytest.mark.django_db
PASSWORD = "a long secret 7"
BANNER = "Sign-in is paused at the moment. Whoever is signed in can go on."
CHINESE = "目前暫停登入。已登入者可繼續使用。"


@pytest.fixture(autouse=True)
def people() -> None:
    client().flushdb()
    User.objects.create_user("ada", password=PASSWORD)
    User.objects.create_superuser(username="clerk", password=PASSWORD)


def clerk() -> Client:
    signed_in = Client()
    signed_in.force_login(User.objects.get(username="clerk"))
    return signed_in


def pause() -> None:
    answer = clerk().post(reverse("admin:accounts_signinpause_add"))
    assert answer.status_code == 302
    notices.forget()


def by_page(name: str, password: str = PASSWORD) -> int:
    data = {"username": name, "password": password}
    return Client().post(reverse("sign-in"), data).status_code


def by_api(name: str) -> int:
    data = {"username": name, "password": PASSWORD}
    return Client().post("/api/v1/auth/token/", data, "application/json").status_code


def test_while_sign_in_is_paused_only_staff_sign_in() -> None:
    pause()
    assert [by_page("ada"), by_api("ada")] == [503, 503]
    assert [by_page("clerk"), by_api("clerk")] == [302, 200]
    assert by_page("ada", "wrong") == 200, "who does not know the password learns nothing"


def test_the_response_says_so_and_when_to_come_back() -> None:
    pause()
    data = {"username": "ada", "password": PASSWORD}
    page = Client().post(reverse("sign-in"), data)
    assert page["Retry-After"] == "60"
    assert "Sign-in is paused at the moment." in page.content.decode()
    problem = Client().post("/api/v1/auth/token/", data, "application/json")
    assert (problem.json()["code"], problem["Retry-After"]) == ("paused", "60")


def test_sessions_go_on_and_every_page_says_so_in_both_languages() -> None:
    student = Client()
    student.force_login(User.objects.get(username="ada"))
    pause()
    for address in ("home", "catalogue", "plan", "mine", "preferences"):
        assert BANNER in student.get(reverse(address)).content.decode()
    page = student.get(reverse("home"), headers={"Accept-Language": "zh-TW"}).content.decode()
    assert CHINESE in page
    assert BANNER in Client().get(reverse("sign-in")).content.decode()


def test_deleting_the_pause_resumes() -> None:
    pause()
    assert clerk().get(reverse("admin:accounts_signinpause_add")).status_code == 403
    row = SignInPause.objects.get()
    url = reverse("admin:accounts_signinpause_delete", args=[row.pk])
    assert clerk().post(url, {"post": "yes"}).status_code == 302
    notices.forget()
    assert by_page("ada") == 302
    assert BANNER not in Client().get(reverse("sign-in")).content.decode()


def test_a_paused_term_is_named_on_every_page() -> None:
    world = world_in_process()
    hidden = term_save(code="D1", name="Hidden term", is_draft=True)
    for term in (world.term, hidden):
        term_pause(term=term)
    world.ready()
    notices.forget()
    page = Client().get(reverse("sign-in")).content.decode()
    assert "Registration for Term 1 is paused at the moment." in page
    assert "Hidden term" not in page
    term_resume(term=world.term)
    world.ready()
    notices.forget()
    assert "is paused" not in Client().get(reverse("sign-in")).content.decode()


def test_what_was_read_is_shown_for_a_moment() -> None:
    assert "is paused" not in Client().get(reverse("sign-in")).content.decode()
    SignInPause.objects.create()
    assert "is paused" not in Client().get(reverse("sign-in")).content.decode()
