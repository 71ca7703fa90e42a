"""The statement of account as its student reads it."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from payments import services
from payments.models import SectionName
from payments.selectors import STATEMENT_PAGE
from payments.tests import factories
from project.accounts.models import User
from project.bus.registry import bus
from project.bus.subscriptions import project_recorded
from project.events.modules import SectionChanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> int:
    reader = User.objects.create_user("ada", full_name="Ada")
    client.force_login(reader)
    return reader.pk


def named(number: int, code: str = "CSCI 1010") -> None:
    event = SectionChanged(
        section=number, term=1, module=1, module_code=code, code="A01", seats=1, credit_quarters=12
    )
    with transaction.atomic():
        project_recorded(bus.subscriptions["payments.sections"], [factories.receive(event)])


def charged(student: int, *sections: int) -> factories.Flow:
    flow = factories.submitted(student, *(1 for _ in sections), first=sections[0]).seated()
    services.payments_authorise(flow_ids=[flow.flow_id])
    flow.decided()
    services.payments_capture(flow_ids=[flow.flow_id])
    return flow


def page(client: Client, **query: Any) -> str:
    return client.get("/account/", query).content.decode()


def test_the_statement_is_for_those_who_are_signed_in(client: Client) -> None:
    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"


def test_without_an_account_the_page_says_so(client: Client, ada: int) -> None:
    text = page(client)
    assert "You have no account yet" in text
    assert 'href="/account/" aria-current="page"' in text


def test_it_shows_what_is_charged_authorised_and_available(client: Client, ada: int) -> None:
    factories.rate()
    factories.account(ada, limit=1_234_50)
    assert "No payments here" in page(client)
    charged(ada, 11, 12)
    waiting = factories.submitted(ada, 1, first=13).seated()
    services.payments_authorise(flow_ids=[waiting.flow_id])
    sums = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page(client))
    assert sums == [
        ("Charged", "20.00"),
        ("On hold", "10.00"),
        ("Available", "1,204.50"),
        ("Limit", "1,234.50"),
    ]


def test_a_limit_below_what_is_owed_leaves_nothing_free(client: Client, ada: int) -> None:
    factories.rate()
    factories.account(ada)
    charged(ada, 11)
    services.account_limit_set(student=ada, limit=1)
    assert "<dt>Available</dt><dd>0.00</dd>" in page(client)


def test_each_payment_is_named_and_described_and_leads_to_its_registration(
    client: Client, ada: int
) -> None:
    factories.rate()
    factories.account(ada)
    named(11)
    flow = charged(ada, 11, 12)
    text = page(client)
    assert f'<a href="/registrations/{flow.registration}/">CSCI 1010 (A01)</a>' in text
    assert f'<a href="/registrations/{flow.registration}/">Section 12</a>' in text
    assert text.count('<span class="badge good">Charged</span>') == 2
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", text)
    services.payments_void_or_refund(flow_ids=[flow.dropped()])
    assert page(client).count('<span class="badge">Refunded</span>') == 2


def test_declined_payment_shows_the_reason(client: Client, ada: int) -> None:
    factories.account(ada, limit=0)
    services.payments_authorise(flow_ids=[factories.submitted(ada, 1).seated().flow_id])
    assert "No fee is set for your programme yet." in page(client)
    factories.rate()
    services.payments_authorise(flow_ids=[factories.submitted(ada, 2, first=5).seated().flow_id])
    assert "The fee would take your account over its limit." in page(client)


def test_tombstone_is_not_shown_as_a_payment(client: Client, ada: int) -> None:
    factories.account(ada)
    services.payments_void_or_refund(
        flow_ids=[factories.submitted(ada, 1).dropped("pending", "drop_requested")]
    )
    assert "No payments here" in page(client)


def test_nobody_sees_the_payments_of_somebody_else(client: Client, ada: int) -> None:
    factories.rate()
    factories.account(ada)
    factories.account(ada + 1)
    flow = charged(ada + 1, 11)
    assert flow.registration not in page(client)


def test_a_long_statement_has_pages_and_each_takes_as_many_queries_as_a_short_one(
    client: Client, ada: int, django_assert_num_queries: Any
) -> None:
    factories.rate()
    factories.account(ada)
    charged(ada, 900)
    for shown in (1, STATEMENT_PAGE):
        with django_assert_num_queries(5):  # the person, the account, the payments, names, the bar
            assert page(client).count('data-label="State"') == shown
        charged(ada, *range(shown * 1000, shown * 1000 + STATEMENT_PAGE))
    (second,) = re.findall(r'href="\?cursor=([^"]+)" rel="next"', page(client))
    (third,) = re.findall(r'href="\?cursor=([^"]+)" rel="next"', page(client, cursor=second))
    last = page(client, cursor=third)
    assert last.count('data-label="State"') == 1
    assert 'rel="next"' not in last
    (back,) = re.findall(r'href="\?cursor=([^"]+)" rel="prev"', last)
    assert page(client, cursor=back).count('data-label="State"') == STATEMENT_PAGE


def test_names_are_the_last_ones_of_modules() -> None:
    for code in ("CSCI 1010", "CSCI 1011"):
        named(11, code)
    named(12)
    assert list(map(str, SectionName.objects.order_by("section_id"))) == [
        "CSCI 1011 A01",
        "CSCI 1010 A01",
    ]
