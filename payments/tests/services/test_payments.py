"""The three steps that move money, on the real database."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payments import services
from payments.models import Account, Payment
from payments.tests import factories
from project.bus.store import load_flows
from project.events.payments import Authorised, Captured, Refunded, Voided

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def invariants() -> Iterator[None]:
    factories.rate()
    yield
    assert factories.broken_invariants() == []


def event_names(flow_id: int) -> list[str]:
    return [type(event).__name__ for event in load_flows([flow_id])[flow_id].events]


def test_seated_items_are_authorised_then_captured_then_refunded() -> None:
    flow = factories.submitted(7, 3, 2).seated()
    services.payments_authorise(flow_ids=[flow.flow_id])
    assert (flow.states(), factories.sums(7)) == (["authorised", "authorised"], (5_000, 0))
    flow.decided()
    services.payments_capture(flow_ids=[flow.flow_id])
    assert (flow.states(), factories.sums(7)) == (["captured", "captured"], (0, 5_000))
    services.payments_void_or_refund(flow_ids=[flow.dropped()])
    assert (flow.states(), factories.sums(7)) == (["refunded", "refunded"], (0, 0))
    charged = [
        ("receivable:7", 3_000),
        ("tuition", -3_000),
        ("receivable:7", 2_000),
        ("tuition", -2_000),
    ]
    assert factories.ledger() == charged + [(account, -amount) for account, amount in charged]


def test_each_step_appends_its_event_once_however_often_it_runs() -> None:
    flow = factories.submitted(7).seated()
    for _ in range(3):
        services.payments_authorise(flow_ids=[flow.flow_id])
    flow.decided()
    for _ in range(3):
        services.payments_capture(flow_ids=[flow.flow_id])
    dropped = flow.dropped()
    for _ in range(3):
        services.payments_void_or_refund(flow_ids=[dropped])
    assert event_names(flow.flow_id) == ["SeatsDecided", "Authorised", "Decided", "Captured"]
    assert event_names(dropped) == ["Refunded"]


def test_nothing_seated_needs_no_money() -> None:
    flow = factories.submitted(7)
    services.payments_authorise(flow_ids=[flow.flow_id])
    assert event_names(flow.flow_id) == []


def test_account_is_opened_by_the_first_who_needs_it() -> None:
    flow = factories.submitted(7).seated()
    services.payments_authorise(flow_ids=[flow.flow_id])
    assert Account.objects.get(student_id=7).limit == factories.LIMIT


def test_programme_without_a_rate_declines_until_it_has_one() -> None:
    early = factories.submitted(7, programme="Arts").seated()
    services.payments_authorise(flow_ids=[early.flow_id])
    assert Payment.objects.get(student_id=7).code == "no_rate"
    factories.rate("Arts")
    late = factories.submitted(7, programme="Arts", first=900).seated()
    services.payments_authorise(flow_ids=[late.flow_id])
    assert late.states() == ["authorised"]


def test_fee_is_frozen_when_it_is_authorised() -> None:
    flow = factories.submitted(7, 2).seated()
    services.payments_authorise(flow_ids=[flow.flow_id])
    factories.rate(per_credit=9_000)
    flow.decided()
    services.payments_capture(flow_ids=[flow.flow_id])
    assert factories.sums(7) == (0, 2_000)


def test_limit_goes_to_the_first_position() -> None:
    factories.account(7, limit=1_500)
    first, second = factories.submitted(7).seated(), factories.submitted(7, first=900).seated()
    services.payments_authorise(flow_ids=[first.flow_id, second.flow_id])
    assert (first.states(), second.states()) == (["authorised"], ["declined"])
    assert Payment.objects.get(registration_id=second.registration).code == "account_limit"


def test_all_or_nothing_declines_all_and_takes_nothing() -> None:
    factories.account(7, limit=4_000)
    flow = factories.submitted(7, 3, 2, mode="all").seated()
    services.payments_authorise(flow_ids=[flow.flow_id])
    assert (flow.states(), factories.sums(7)) == (["declined", "declined"], (0, 0))


def test_void_before_authorisation_is_a_tombstone() -> None:
    flow = factories.submitted(7).seated()
    dropped = flow.dropped(was="waitlisted")
    services.payments_void_or_refund(flow_ids=[dropped])
    assert (event_names(dropped), flow.states()) == (["Voided"], ["voided"])
    services.payments_authorise(flow_ids=[flow.flow_id])
    [authorised] = [
        f for f in load_flows([flow.flow_id])[flow.flow_id].events if isinstance(f, Authorised)
    ]
    assert [(item.outcome, item.code) for item in authorised.items] == [
        ("declined", "already_over")
    ]
    assert (flow.states(), factories.sums(7)) == (["voided"], (0, 0))


def test_voided_payment_is_never_captured() -> None:
    flow = factories.submitted(7).seated()
    services.payments_authorise(flow_ids=[flow.flow_id])
    flow.decided()
    dropped = flow.dropped()
    services.payments_void_or_refund(flow_ids=[dropped])
    services.payments_capture(flow_ids=[flow.flow_id])
    assert (flow.states(), event_names(dropped)) == (["voided"], ["Voided"])
    assert load_flows([flow.flow_id])[flow.flow_id].find(Captured) is None
    assert (factories.sums(7), factories.ledger()) == ((0, 0), [])


def test_declined_payment_has_nothing_to_compensate() -> None:
    factories.account(7, limit=0)
    flow = factories.submitted(7).seated()
    services.payments_authorise(flow_ids=[flow.flow_id])
    dropped = flow.dropped(was="seated")
    services.payments_void_or_refund(flow_ids=[dropped])
    assert event_names(dropped) == []


def test_one_ending_may_void_one_item_and_refund_another() -> None:
    flow = factories.submitted(7, 1, 1).seated()
    services.payments_authorise(flow_ids=[flow.flow_id])
    factories.append_event(
        Captured.from_data(
            {
                "registration": flow.registration,
                "student": 7,
                "items": [{"section": flow.sections[0], "amount": 1_000}],
            }
        ),
        flow_id=flow.flow_id,
    )
    dropped = flow.dropped()
    services.payments_void_or_refund(flow_ids=[dropped])
    assert flow.states() == ["refunded", "voided"]
    assert {type(event) for event in load_flows([dropped])[dropped].events} == {Voided, Refunded}


def test_batch_of_200_takes_as_few_statements_as_one() -> None:
    flows = [factories.submitted(student, 1, 2) for student in range(1, 201)]
    for flow in flows:
        factories.account(flow.student)
        flow.seated()
    flow_ids = [flow.flow_id for flow in flows]
    counted = []
    for work in (services.payments_authorise, services.payments_capture):
        work(flow_ids=flow_ids[:1])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            work(flow_ids=flow_ids)
        counted.append(len(queries))
        if work is services.payments_authorise:
            for flow in flows:
                flow.decided()
    assert counted == [3, 3]
    assert set(Payment.objects.values_list("state", flat=True)) == {"captured"}
    dropped = [flow.dropped() for flow in flows]
    services.payments_void_or_refund(flow_ids=dropped[:1])
    with CaptureQueriesContext(connection) as queries:
        services.payments_void_or_refund(flow_ids=dropped)
    assert len(queries) == 3
    assert set(Payment.objects.values_list("state", flat=True)) == {"refunded"}
