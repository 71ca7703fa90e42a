"""Conversations with the three steps that move money, on the real database."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payments import services
from payments.models import Account, Payment
from payments.tests import given
from project.bus.store import stories
from project.messages.payments import Authorised, Captured, Refunded, Voided

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def invariants() -> Iterator[None]:
    given.rate()
    yield
    assert given.broken_invariants() == []


def told(cause: int) -> list[str]:
    return [type(fact).__name__ for fact in stories([cause])[cause].facts]


def test_seated_items_are_authorised_then_captured_then_refunded() -> None:
    flow = given.submitted(7, 3, 2).seated()
    services.payments_authorise(causes=[flow.cause])
    assert (flow.states(), given.sums(7)) == (["authorised", "authorised"], (5_000, 0))
    flow.settled()
    services.payments_capture(causes=[flow.cause])
    assert (flow.states(), given.sums(7)) == (["captured", "captured"], (0, 5_000))
    services.payments_give_back(causes=[flow.dropped()])
    assert (flow.states(), given.sums(7)) == (["refunded", "refunded"], (0, 0))
    charged = [
        ("receivable:7", 3_000),
        ("tuition", -3_000),
        ("receivable:7", 2_000),
        ("tuition", -2_000),
    ]
    assert given.ledger() == charged + [(account, -amount) for account, amount in charged]


def test_each_step_says_once_what_it_did_however_often_it_runs() -> None:
    flow = given.submitted(7).seated()
    for _ in range(3):
        services.payments_authorise(causes=[flow.cause])
    flow.settled()
    for _ in range(3):
        services.payments_capture(causes=[flow.cause])
    dropped = flow.dropped()
    for _ in range(3):
        services.payments_give_back(causes=[dropped])
    assert told(flow.cause) == ["SeatsDecided", "Authorised", "Settled", "Captured"]
    assert told(dropped) == ["Refunded"]


def test_nothing_seated_needs_no_money() -> None:
    flow = given.submitted(7)
    services.payments_authorise(causes=[flow.cause])
    assert told(flow.cause) == []


def test_account_is_opened_by_the_first_who_needs_it() -> None:
    flow = given.submitted(7).seated()
    services.payments_authorise(causes=[flow.cause])
    assert Account.objects.get(student_id=7).limit == given.LIMIT


def test_programme_without_a_rate_declines_until_it_has_one() -> None:
    early = given.submitted(7, programme="Arts").seated()
    services.payments_authorise(causes=[early.cause])
    assert Payment.objects.get(student_id=7).code == "no_rate"
    given.rate("Arts")
    late = given.submitted(7, programme="Arts", first=900).seated()
    services.payments_authorise(causes=[late.cause])
    assert late.states() == ["authorised"]


def test_fee_is_frozen_when_it_is_authorised() -> None:
    flow = given.submitted(7, 2).seated()
    services.payments_authorise(causes=[flow.cause])
    given.rate(per_credit=9_000)
    flow.settled()
    services.payments_capture(causes=[flow.cause])
    assert given.sums(7) == (0, 2_000)


def test_limit_goes_to_the_first_in_line() -> None:
    given.account(7, limit=1_500)
    first, second = given.submitted(7).seated(), given.submitted(7, first=900).seated()
    services.payments_authorise(causes=[first.cause, second.cause])
    assert (first.states(), second.states()) == (["authorised"], ["declined"])
    assert Payment.objects.get(registration_id=second.registration).code == "account_limit"


def test_all_or_nothing_declines_all_and_takes_nothing() -> None:
    given.account(7, limit=4_000)
    flow = given.submitted(7, 3, 2, mode="all").seated()
    services.payments_authorise(causes=[flow.cause])
    assert (flow.states(), given.sums(7)) == (["declined", "declined"], (0, 0))


def test_given_back_before_it_was_authorised_is_a_tombstone() -> None:
    flow = given.submitted(7).seated()
    dropped = flow.dropped(was="queued")
    services.payments_give_back(causes=[dropped])
    assert (told(dropped), flow.states()) == (["Voided"], ["voided"])
    services.payments_authorise(causes=[flow.cause])
    [authorised] = [f for f in stories([flow.cause])[flow.cause].facts if isinstance(f, Authorised)]
    assert [(item.outcome, item.code) for item in authorised.items] == [("declined", "ended")]
    assert (flow.states(), given.sums(7)) == (["voided"], (0, 0))


def test_given_back_before_it_was_captured_is_never_captured() -> None:
    flow = given.submitted(7).seated()
    services.payments_authorise(causes=[flow.cause])
    flow.settled()
    dropped = flow.dropped()
    services.payments_give_back(causes=[dropped])
    services.payments_capture(causes=[flow.cause])
    assert (flow.states(), told(dropped)) == (["voided"], ["Voided"])
    assert stories([flow.cause])[flow.cause].first(Captured) is None
    assert (given.sums(7), given.ledger()) == ((0, 0), [])


def test_declined_payment_has_nothing_to_give_back() -> None:
    given.account(7, limit=0)
    flow = given.submitted(7).seated()
    services.payments_authorise(causes=[flow.cause])
    dropped = flow.dropped(was="seated")
    services.payments_give_back(causes=[dropped])
    assert told(dropped) == []


def test_one_ending_may_void_one_item_and_refund_another() -> None:
    flow = given.submitted(7, 1, 1).seated()
    services.payments_authorise(causes=[flow.cause])
    given.said(
        Captured.from_data(
            {
                "registration": flow.registration,
                "student": 7,
                "items": [{"section": flow.sections[0], "amount": 1_000}],
            }
        ),
        cause=flow.cause,
    )
    dropped = flow.dropped()
    services.payments_give_back(causes=[dropped])
    assert flow.states() == ["refunded", "voided"]
    assert {type(fact) for fact in stories([dropped])[dropped].facts} == {Voided, Refunded}


def test_batch_of_200_takes_as_few_statements_as_one() -> None:
    flows = [given.submitted(student, 1, 2) for student in range(1, 201)]
    for flow in flows:
        given.account(flow.student)
        flow.seated()
    causes = [flow.cause for flow in flows]
    counted = []
    for work in (services.payments_authorise, services.payments_capture):
        work(causes=causes[:1])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            work(causes=causes)
        counted.append(len(queries))
        if work is services.payments_authorise:
            for flow in flows:
                flow.settled()
    assert counted == [3, 3]
    assert set(Payment.objects.values_list("state", flat=True)) == {"captured"}
    dropped = [flow.dropped() for flow in flows]
    services.payments_give_back(causes=dropped[:1])
    with CaptureQueriesContext(connection) as queries:
        services.payments_give_back(causes=dropped)
    assert len(queries) == 3
    assert set(Payment.objects.values_list("state", flat=True)) == {"refunded"}
