"""When something goes wrong on a page: a calm page that says what to do."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from project.accounts.models import User
from project.events.reasons import Reason
from project.ops.redis import client as redis_client
from project.urls import handler400, handler403, handler404, handler500
from project.urls import urlpatterns as own
from project.web.errors.base import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
__all__ = ["handler400", "handler403", "handler404", "handler500"]  # requested by Django
RAISED: list[Exception] = []


def failing(request: HttpRequest) -> HttpResponse:
    """Raises the given error, after the person was loaded."""
    assert request.user
    raise RAISED[-1]


urlpatterns = [*own, path("failing/", failing, name="failing")]


def ask(client: Client, error: Exception, **headers: str) -> Any:
    RAISED.append(error)
    client.raise_request_exception = False
    return client.get("/failing/", headers=headers)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    for key in redis_client().scan_iter("limit:*"):
        redis_client().delete(key)


@pytest.fixture
def ada(client: Client) -> User:
    person = User.objects.create_user("ada", full_name="Ada")
    client.force_login(person)
    return person


FAILURES: list[tuple[Exception, int, str]] = [
    (SuspiciousOperation(), 400, "The request could not be read"),
    (PermissionDenied(), 403, "You may not open this page"),
    (OperationalError("gone"), 503, "The site cannot answer at the moment"),
    (InterfaceError("gone"), 503, "The site cannot answer at the moment"),
    (ZeroDivisionError("a secret"), 500, "Something broke on our side"),
    (Refusal(Reason.TIME_CONFLICT, names="M1 with M2"), 409, "Meetings overlap: M1 with M2."),
]


@pytest.mark.parametrize(("error", "status", "words"), FAILURES)
def test_each_failure_has_its_page(
    error: Exception, status: int, words: str, client: Client, ada: User
) -> None:
    answer = ask(client, error)
    text = answer.content.decode()
    assert (answer.status_code, text.count("<h1>")) == (status, 1)
    assert words in text
    assert 'href="/"' in text
    assert "secret" not in text
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", text)
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_bug_is_written_down_with_the_number_on_the_page(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(client, ZeroDivisionError("a secret"))
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "ZeroDivisionError: a secret" in caplog.text


def test_what_has_failed_is_not_asked_for_the_page(
    client: Client, ada: User, django_assert_num_queries: Any
) -> None:
    for error, status in ((OperationalError(), 503), (ZeroDivisionError(), 500)):
        with django_assert_num_queries(1):  # the person, before the failure; the session is cached
            assert ask(client, error).status_code == status


def test_postgresql_away_before_any_view_is_a_page_too(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.get_user", away)
    client.raise_request_exception = False
    for address in ("/", "/nowhere", "/preferences/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert client.get("/offline/").status_code == 200
    assert client.get("/sw.js").status_code == 200


def test_a_refusal_says_what_would_change_it_and_leads_back(client: Client, ada: User) -> None:
    refusal = Refusal(Reason.IDEMPOTENCY_KEY_REUSED)
    answer = ask(client, refusal, referer="http://testserver/modules/?q=a")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Use a new key for a new request." in text
    assert 'href="/modules/?q=a"' in text


def test_what_passes_by_itself_says_when_and_may_be_tried_again(client: Client, ada: User) -> None:
    busy = Refusal(Reason.BUSY, extra={"retry_after": 7})
    answer = ask(client, busy)
    text = answer.content.decode()
    assert answer["Retry-After"] == "7"
    assert "<strong>7</strong>" in text
    assert '<a class="button" href="/failing/">Try again</a>' in text
    posted = client.post("/failing/").content.decode()
    assert ">Try again</a>" not in posted


@pytest.mark.parametrize(
    "referer", ["http://evil.example/trap", "http://testserver//trap", "http://testserver/failing/"]
)
def test_nobody_is_led_back_to_another_site_nor_in_a_circle(
    referer: str, client: Client, ada: User
) -> None:
    text = ask(client, Refusal(Reason.BUSY), referer=referer).content.decode()
    assert "Back to where you were" not in text


def test_a_stale_form_is_explained(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/preferences/", {"email": "x@y.org"})
    assert answer.status_code == 403
    assert "This form was open for too long" in answer.content.decode()


def test_a_strange_host_gets_a_page_that_asks_nobody(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert (answer.status_code, "could not be read" in answer.content.decode()) == (400, True)


def test_htmx_gets_a_notice_and_no_second_page(client: Client, ada: User) -> None:
    for error, status, words in FAILURES:
        answer = ask(client, error, **{"hx-request": "true"})
        text = answer.content.decode()
        assert (answer.status_code, words in text, "<html" in text) == (status, True, False)


def test_htmx_is_sent_to_the_sign_in_as_a_whole_page(client: Client) -> None:
    here = {"hx-request": "true", "hx-current-url": "http://testserver/preferences/?a=1"}
    answer = client.get("/preferences/", headers=here)
    assert (answer.status_code, answer["HX-Redirect"]) == (
        200,
        "/sign-in/?next=/preferences/%3Fa%3D1",
    )


def test_a_page_read_too_often_says_when_to_come_back(
    client: Client, ada: User, settings: Any
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"read": (1, 60.0)}
    answers = [client.get("/preferences/") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]
    assert 1 <= int(answers[1]["Retry-After"]) <= 60
    assert "A little too fast" in answers[1].content.decode()
    assert client.get("/").status_code == 200


def test_strangers_are_not_counted_for_they_may_share_an_address(
    client: Client, settings: Any
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"read": (1, 60.0)}
    assert [client.get("/sign-in/").status_code for _ in range(3)] == [200] * 3


def test_pages_are_read_on_without_redis(client: Client, ada: User, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert client.get("/preferences/").status_code == 200
