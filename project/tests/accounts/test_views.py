"""Signing in and out, passwords and preferences, as a person sees them."""

import re
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language

from project.accounts.forms import PreferencesForm
from project.accounts.models import User
from project.testing.in_process import posted
from project.testing.smtp_sink import hanging

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
FORGOTTEN = "/password/reset/"


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", PASSWORD, full_name="Ada", email="ada@x.org")


def forget(email: str) -> Any:
    return Client().post(FORGOTTEN, {"email": email}, follow=True)


def test_after_signing_in_the_pages_speak_the_persons_language(client: Client, ada: User) -> None:
    ada.language = "zh-hant"
    ada.save()
    answer = client.post("/sign-in/", {"username": "ada", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert 'lang="zh-hant"' in client.get("/").content.decode()


def test_a_language_that_the_site_does_not_speak_is_no_obstacle(client: Client, ada: User) -> None:
    ada.language = "de-CH"
    ada.save()
    answer = client.post("/sign-in/", {"username": "ada", "password": PASSWORD})
    assert "django_language" not in answer.cookies
    assert '<option value="en" selected>' in client.get("/preferences/").content.decode()


def test_the_fields_say_what_a_browser_may_fill_in(client: Client) -> None:
    text = client.get("/sign-in/").content.decode()
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text
    assert f'href="{FORGOTTEN}"' in text


def test_after_too_many_tries_the_page_says_when_to_come_back(
    client: Client, ada: User, settings: Any
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"login": (1, 60.0)}
    wrong = {"username": "ada", "password": "wrong"}
    texts = [client.post("/sign-in/", wrong).content.decode() for _ in range(2)]
    assert ["Come back in" in text for text in texts] == [False, True]


def test_signing_out_needs_no_javascript_and_leaves_nothing_behind(
    client: Client, ada: User
) -> None:
    assert "Cache-Control" not in client.get("/")
    client.force_login(ada)
    page = client.get("/preferences/")
    assert "no-store" in page["Cache-Control"]
    assert '<form method="post" action="/sign-out/">' in page.content.decode()
    assert "You are signed out." in client.post("/sign-out/", follow=True).content.decode()
    assert client.get("/preferences/")["Location"] == "/sign-in/?next=/preferences/"


def test_preferences_are_stored_and_confirmed_in_the_language_chosen(
    client: Client, ada: User
) -> None:
    client.force_login(ada)
    chosen = {"email": "a@y.org", "language": "zh-hant", "theme": "dark", "password": PASSWORD}
    text = client.post("/preferences/", chosen, follow=True).content.decode()
    ada.refresh_from_db()
    assert (ada.email, ada.language) == ("a@y.org", "zh-hant")
    assert '<html lang="zh-hant" data-theme="dark">' in text


def test_a_new_email_address_needs_the_password_and_notifies_the_old_one(
    client: Client, ada: User, settings: Any
) -> None:
    client.force_login(ada)
    chosen = {"email": "a@y.org", "language": "en", "theme": "dark"}
    text = client.post("/preferences/", chosen).content.decode()
    assert "Type your current password to change your email address." in text
    assert 'value="a@y.org"' in text
    assert posted() == []
    client.post("/preferences/", chosen | {"password": PASSWORD})
    assert [(email.to, email.subject) for email in posted()] == [
        (["ada@x.org"], "Your email address was changed")
    ]
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"login": (1, 3600.0)}
    guess = chosen | {"email": "b@y.org", "password": "guess"}
    texts = [client.post("/preferences/", guess).content.decode() for _ in range(2)]
    assert ["Too many tries" in text for text in texts] == [False, True]


def test_an_address_that_was_changed_meanwhile_is_not_reverted(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_elsewhere(_: object) -> str:
        User.objects.update(email="new@x.org")
        return ""

    client.force_login(ada)
    monkeypatch.setattr(PreferencesForm, "clean_password", changed_elsewhere)
    client.post("/preferences/", {"email": "ada@x.org", "language": "en", "theme": "dark"})
    ada.refresh_from_db()
    assert ada.email == "new@x.org"


def test_an_invalid_email_address_uses_up_nobodys_limit() -> None:
    for _ in range(7):
        assert "Too many tries" not in forget("no address").content.decode()


def footer(client: Client, language: str) -> Any:
    return client.post("/language/", {"language": language, "next": "/inbox/"})


def test_the_language_chosen_in_the_footer_is_that_of_emails_too(
    client: Client, ada: User, django_assert_num_queries: Any
) -> None:
    client.force_login(ada)
    for statements in (2, 1):  # the person; and the change, once
        with django_assert_num_queries(statements):
            answer = footer(client, "zh-hant")
        assert (answer.status_code, answer["Location"]) == (302, "/inbox/")
    ada.refresh_from_db()
    assert ada.language == "zh-hant"
    assert 'lang="zh-hant"' in client.get("/").content.decode()


@pytest.mark.parametrize("language", ["", "de", "zh-hant\0", "x" * 5000])
def test_a_language_that_nobody_offers_is_not_kept(
    client: Client, ada: User, language: str
) -> None:
    client.force_login(ada)
    assert footer(client, language).status_code == 302
    ada.refresh_from_db()
    assert ada.language == "en"


def test_strangers_choose_a_language_for_their_pages(client: Client) -> None:
    footer(client, "zh-hant")
    assert 'lang="zh-hant"' in client.get("/").content.decode()
    assert client.get("/language/").headers["Location"] == "/"


def test_a_wrong_preference_loses_nothing_that_was_typed(client: Client, ada: User) -> None:
    client.force_login(ada)
    typed = {"email": "no address", "language": "zh-hant", "theme": "dark"}
    text = client.post("/preferences/", typed).content.decode()
    assert 'value="no address"' in text
    assert '<option value="dark" selected>' in text
    assert text.count('id="id_email_error"') == 1
    assert "id_email_error" in re.search(r'name="email"[^>]*aria-describedby="([^"]*)"', text)[1]  # type: ignore[index]


def test_a_forgotten_password_is_replaced_by_the_link_in_a_plain_text_email(
    ada: User, log_lines: list[str]
) -> None:
    assert "Check your email" in forget("ADA@x.org").content.decode()
    (email,) = posted()
    assert (email.to, email.message().get_content_type()) == (["ada@x.org"], "text/plain")
    assert "Your user name is ada." in email.body
    (path,) = re.findall(rf"{settings.SITE_URL}(/password/reset/\S+)", str(email.body))
    client = Client()
    form = client.get(path, follow=True)
    assert 'autocomplete="new-password"' in form.content.decode()
    new = {"new_password1": "a new long phrase", "new_password2": "a new long phrase"}
    kept = client.post(form.redirect_chain[-1][0], new, follow=True)
    assert "Your new password is kept" in kept.content.decode()
    ada.refresh_from_db()
    assert ada.check_password("a new long phrase")
    assert "does not work any more" in Client().get(path, follow=True).content.decode()
    assert path not in "".join(log_lines)


def test_the_email_is_in_the_language_of_its_reader(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.language = "zh-hant"
    ada.save()
    monkeypatch.setattr("project.accounts.emails.render_to_string", lambda *_: get_language())
    forget("ada@x.org")
    assert [(email.subject, email.body) for email in posted()] == [("zh-hant", "zh-hant")]


def test_a_link_ends_with_its_time_and_with_the_password_it_was_for(
    ada: User, settings: Any
) -> None:
    forget("ada@x.org")
    (email,) = posted()
    (path,) = re.findall(rf"{settings.SITE_URL}(/password/reset/\S+)", str(email.body))
    time = settings.PASSWORD_RESET_TIMEOUT
    for seconds, works in ((-1, False), (time, True)):
        settings.PASSWORD_RESET_TIMEOUT = seconds
        assert ("new_password1" in Client().get(path, follow=True).content.decode()) == works
    ada.set_password("another long phrase")
    ada.save()
    assert "does not work any more" in Client().get(path, follow=True).content.decode()


def test_nobody_learns_whether_an_address_is_known(ada: User) -> None:
    forget("warm@x.org")
    texts, asked = [], []
    for email in ("ada@x.org", "eve@x.org"):
        with CaptureQueriesContext(connection) as queries:
            texts.append(re.sub(r'"[A-Za-z0-9]{64}"', "token", forget(email).content.decode()))
        asked.append([re.sub(r"\d+", "n", one["sql"].split("'")[0]) for one in queries])
    assert texts[0] == texts[1]
    assert asked[0] == asked[1]
    assert len(posted()) == 1


def test_who_may_not_sign_in_gets_no_link(ada: User) -> None:
    User.objects.create_user("bob", email="bob@x.org")
    User.objects.filter(pk=ada.pk).update(is_active=False)
    for email in ("ada@x.org", "bob@x.org"):
        forget(email)
    assert posted() == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_hangs_keeps_nobody_waiting(
    client: Client, ada: User, settings: Any
) -> None:
    client.force_login(ada)
    chosen = {"email": "a@y.org", "language": "en", "theme": "dark", "password": PASSWORD}
    with hanging() as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        begin = monotonic()
        forget("ada@x.org")
        client.post("/preferences/", chosen)
        assert monotonic() - begin < settings.EMAIL_TIMEOUT / 2


def test_password_emails_are_limited_by_address_and_by_client(ada: User, settings: Any) -> None:
    rates = settings.THROTTLE_RATES
    settings.THROTTLE_RATES = rates | {"password_mail": (1, 3600.0)}
    assert "Too many tries" not in forget("ada@x.org").content.decode()
    assert "Too many tries" in forget("Ada@X.org").content.decode()
    settings.THROTTLE_RATES = rates | {"login_address": (1, 3600.0)}
    texts = [forget(f"eve{n}@x.org").content.decode() for n in range(2)]
    assert ["Too many tries" in text for text in texts] == [False, True]
    assert len(posted()) == 1


def test_a_password_is_changed_by_whoever_knows_the_old_one(client: Client, ada: User) -> None:
    client.force_login(ada)
    new = {"new_password1": "a new long phrase", "new_password2": "a new long phrase"}
    wrong = client.post("/password/change/", new | {"old_password": "guess"})
    assert "entered incorrectly" in wrong.content.decode()
    right = client.post("/password/change/", new | {"old_password": PASSWORD}, follow=True)
    assert "Your new password is kept." in right.content.decode()


def test_who_finds_a_session_open_may_not_guess_the_password(
    client: Client, ada: User, settings: Any
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"login": (1, 3600.0)}
    client.force_login(ada)
    guess = {"old_password": "guess", "new_password1": "x", "new_password2": "x"}
    texts = [client.post("/password/change/", guess).content.decode() for _ in range(2)]
    assert ["Too many tries" in text for text in texts] == [False, True]
