"""A forgotten password, from the form to the new one: real site, broker, pools and mail server."""

import re
from http.cookiejar import CookieJar
from time import monotonic
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from django.conf import settings

from project.accounts.models import User
from project.testing.smtp_sink import Sink, hanging
from project.testing.system.running import System

FORM = "/password/reset/"
PHRASE = "a new long phrase"


def post(browser: OpenerDirector, address: str, **fields: str) -> str:
    """Fill in the form at that address, once it is shown; returns the page that follows."""
    with browser.open(address) as page:
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        form = {"csrfmiddlewaretoken": token[1] if token else "", **fields}
        with browser.open(page.url, urlencode(form).encode()) as answer:
            return str(answer.read().decode())


def asked_while_mail_hangs(system: System, email: str) -> None:
    """The site responds at once even if its mail server does not."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    post(browser, system.web() + FORM, email="nobody@example.org")
    begin = monotonic()
    assert "Check your email" in post(browser, system.web() + FORM, email=email)
    assert monotonic() - begin < settings.EMAIL_TIMEOUT / 2


def test_the_pool_sends_the_email_and_its_link_sets_a_new_password(
    system: System, mailbox: Sink
) -> None:
    User.objects.create_user("ada", "the old long phrase", email="ada@mail.example")
    working = system.environment["EMAIL_PORT"]
    with hanging() as port:
        system.environment["EMAIL_PORT"] = str(port)
        try:
            asked_while_mail_hangs(system, "ada@mail.example")
        finally:
            system.environment["EMAIL_PORT"] = working
    system.drain()
    (email,) = [one for one in mailbox.emails if one["To"] == "ada@mail.example"]
    (path,) = re.findall(r"http://[^/]+(/password/reset/\S+)", str(email.get_payload()))
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    post(browser, system.web() + path, new_password1=PHRASE, new_password2=PHRASE)
    assert User.objects.get(username="ada").check_password(PHRASE)
