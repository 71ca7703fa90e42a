"""The inbox as its student reads it."""

import re
from typing import Any

import pytest
from django.test import Client

from notifications import services
from notifications.models import SectionName
from notifications.selectors import INBOX_PAGE
from notifications.tests import factories
from project.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> User:
    reader = factories.student()
    client.force_login(reader)
    return reader


def announce(reader: User, **states: str) -> str:
    flow_id, registration = factories.decided(reader, **states)
    services.announcements_make(flow_ids=[flow_id])
    return registration


def test_the_inbox_is_for_those_who_are_signed_in(client: Client) -> None:
    assert client.get("/inbox/")["Location"] == "/sign-in/?next=/inbox/"


def test_an_empty_inbox_says_what_will_be_here(client: Client, ada: User) -> None:
    text = client.get("/inbox/").content.decode()
    assert "No updates yet" in text
    assert 'href="/inbox/" aria-current="page"' in text


def test_each_entry_says_what_became_of_what_and_leads_there(client: Client, ada: User) -> None:
    SectionName.objects.create(section_id=1, module_code="CSCI 1010", code="A01")
    registration = announce(ada, s1="confirmed", s2="refused full")
    text = client.get("/inbox/").content.decode()
    assert "<h2>Your registration: what you got</h2>" in text
    assert "You have a seat in CSCI 1010 (A01). The fee of 1,234.50 is on your account." in text
    assert "You did not get section 2." in text
    assert f'href="/registrations/{registration}/"' in text
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\dT', text)
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", text)


@pytest.mark.parametrize(
    ("states", "tone"),
    [
        ({"s1": "confirmed"}, "good"),
        ({"s1": "confirmed", "s2": "confirmed"}, "good"),
        ({"s1": "confirmed", "s2": "waitlisted"}, "wait"),
        ({"s1": "waitlisted"}, "wait"),
        ({"s1": "confirmed", "s2": "refused full"}, "bad"),
        ({"s1": "refused full", "s2": "waitlisted", "s3": "confirmed"}, "bad"),
        ({"s1": "dropped"}, ""),
    ],
)
def test_an_entry_has_the_tone_of_its_worst_part(
    client: Client, ada: User, states: dict[str, str], tone: str
) -> None:
    announce(ada, **states)
    assert f'<article class="card announcement {tone}"' in client.get("/inbox/").content.decode()


def test_nobody_reads_the_inbox_of_somebody_else(client: Client, ada: User) -> None:
    registration = announce(factories.student("Eve Online"), s1="confirmed")
    assert registration not in client.get("/inbox/").content.decode()


def test_the_newest_come_first_and_the_rest_on_the_next_page(client: Client, ada: User) -> None:
    sent = [announce(ada, s1="waitlisted") for _ in range(INBOX_PAGE + 1)]
    newest = client.get("/inbox/").content.decode()
    assert re.findall(r"/registrations/([0-9a-f-]{36})/", newest) == sent[:0:-1]
    (address,) = re.findall(r'href="/inbox/(\?cursor=[^"]+)"', newest)
    older = client.get(f"/inbox/{address}").content.decode()
    assert re.findall(r"/registrations/([0-9a-f-]{36})/", older) == sent[:1]
    assert 'href="/inbox/?cursor=' not in older
    assert "data-look" not in older


def test_it_takes_as_many_queries_for_one_entry_as_for_a_page(
    client: Client, ada: User, django_assert_num_queries: Any
) -> None:
    client.get("/inbox/")  # what is paused is known for a moment afterwards
    for entries in (1, INBOX_PAGE):
        for n in range(entries):
            announce(ada, **{f"s{n + 1}": "confirmed", "s99": "waitlisted"})
        with django_assert_num_queries(4):  # the person, the entries, the names, the bar
            client.get("/inbox/")


def test_the_list_follows_what_is_new_and_htmx_gets_nothing_else(client: Client, ada: User) -> None:
    announce(ada, s1="confirmed")
    follows = '<div id="inbox" data-look="inbox" hx-get="/inbox/" hx-trigger="look" hx-swap='
    assert follows in client.get("/inbox/").content.decode()
    part = client.get("/inbox/", headers={"hx-request": "true"}).content.decode()
    assert follows in part
    assert "<html" not in part


def test_the_page_speaks_the_language_of_its_reader(client: Client, ada: User) -> None:
    announce(ada, s1="confirmed")
    client.cookies["django_language"] = "zh-hant"
    assert '<html lang="zh-hant"' in client.get("/inbox/").content.decode()
