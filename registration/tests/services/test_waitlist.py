"""The steps `evaluate` and `decide` of an offer to a waitlisted student."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from project.accounts.models import User
from project.events.payments import AuthorisationItem
from project.events.reasons import Reason
from project.events.vocabulary import AuthorisationOutcome
from registration import services
from registration.tests import factories
from registration.tests.factories import Flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> int:
    """A student with sections; 1 and 4 meet at the same time, 5 is another one of MOD 1."""
    for number, day in ((1, 1), (2, 2), (3, 3), (4, 1)):
        factories.section(number, day=day)
    factories.section(5, module="MOD 1", day=4)
    factories.window()
    return factories.student(credit_limit=8)


def waitlisted(student: int, *sections: int) -> Flow:
    return (
        factories.flow(student, *sections).seats_decided(["waitlisted"] * len(sections)).decided()
    )


def confirmed(student: int, section: int) -> Flow:
    return factories.flow(student, section).seats_decided(["seated"]).paid(section).decided()


def evaluate(*flow_ids: int) -> list[int]:
    with transaction.atomic():
        return services.waitlist_offers_evaluate(flow_ids=flow_ids)


def decide(*flow_ids: int) -> list[int]:
    with transaction.atomic():
        return services.registrations_decide(flow_ids=flow_ids)


def test_eligible_offer_is_offered_then_confirmed(student: int) -> None:
    flow = waitlisted(student, 1)
    offer = flow.offered(1)
    assert evaluate(offer) == []
    assert flow.states() == {1: ("offered", "")}
    (considered,) = factories.stored("offer_evaluated")
    assert (considered["outcome"], considered["programme"], considered["credit_quarters"]) == (
        "offered",
        "CS",
        16,
    )
    assert decide(offer) == [offer], "the payment has no outcome yet"
    flow.paid(1, flow_id=offer)
    assert decide(offer) == []
    assert flow.states() == {1: ("confirmed", "")}


def fill(student: int, *sections: int) -> None:
    for section in sections:
        confirmed(student, section)


def smaller_limit(student: int) -> None:
    services.student_change(
        services.Admission(student=student, programme="CS", year=2, credit_limit_quarters=12)
    )


def close_it(student: int) -> None:
    factories.section(1, day=1, is_open=False)


def no_seats(student: int) -> None:
    factories.section(1, day=1, seats=0)


def move_another(student: int) -> None:
    confirmed(student, 2)
    factories.section(2, day=1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda who: fill(who, 4), "time_conflict"),
        (move_another, "time_conflict"),
        (lambda who: fill(who, 2, 3), "credit_limit"),
        (smaller_limit, "credit_limit"),
        (close_it, "closed_section"),
        (no_seats, "closed_section"),
    ],
)
def test_offer_that_does_not_fit_now_is_passed_over_and_keeps_its_position(
    student: int, change: Callable[[int], None], code: str
) -> None:
    flow = waitlisted(student, 1)
    change(student)
    offer = flow.offered(1)
    assert evaluate(offer) == []
    assert decide(offer) == []
    assert flow.states() == {1: ("waitlisted", code)}
    assert factories.stored("passed_over") == [
        {"registration": str(flow.id), "student": student, "section": 1, "code": code}
    ]
    assert factories.stored("refused") == []
    answer = factories.client(student).get(f"{factories.URL}{flow.id}/").json()
    reason = answer["items"][0]["reason"]
    assert reason["code"] == code
    assert "keep your place" in reason["sentence"]
    assert reason["fix"]


def leave(student: int) -> None:
    User.objects.filter(id=student).update(is_active=False)


def block(student: int) -> None:
    services.block_put(student=student, reason="Pay.")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (leave, "inactive"),
        (block, "blocked"),
        (lambda who: (leave(who), block(who), fill(who))[-1], "inactive"),  # type: ignore[func-returns-value]
        (lambda who: fill(who, 5), "already_registered"),
        (lambda who: (fill(who, 4), block(who))[-1], "blocked"),  # type: ignore[func-returns-value]
    ],
)
def test_offer_to_an_ineligible_student_is_refused_and_compensated(
    student: int, change: Callable[[int], None], code: str
) -> None:
    flow = waitlisted(student, 1)
    change(student)
    offer = flow.offered(1)
    evaluate(offer)
    decide(offer)
    assert flow.states() == {1: ("refused", code)}
    (refused,) = factories.stored("refused")
    assert refused["items"] == [{"section": 1, "was": "seated", "code": code}]


def test_an_offer_is_not_lost_to_an_undecided_item(student: int) -> None:
    flow = waitlisted(student, 1)
    other = factories.flow(student, 4)
    offer = flow.offered(1)
    assert evaluate(offer) == [offer], "the other request is undecided"
    other.seats_decided(["refused"], ["full"]).decided()
    assert evaluate(offer) == []
    assert flow.states() == {1: ("offered", "")}


def test_an_offer_clears_why_one_was_passed_over(student: int) -> None:
    flow, other = waitlisted(student, 1), confirmed(student, 4)
    evaluate(flow.offered(1))
    assert flow.states() == {1: ("waitlisted", "time_conflict")}
    services.item_drop(student=student, registration=other.id, section=4)
    offer = flow.offered(1)
    evaluate(offer)
    assert flow.states() == {1: ("offered", "")}


def test_passed_over_then_offered_again_before_the_first_flow_is_decided(student: int) -> None:
    flow, other = waitlisted(student, 1), confirmed(student, 4)
    first = flow.offered(1)
    evaluate(first)
    services.item_drop(student=student, registration=other.id, section=4)
    second = flow.offered(1)
    evaluate(second)
    decide(first)
    assert flow.states() == {1: ("offered", "")}
    flow.paid(1, flow_id=second)
    decide(second)
    assert flow.states() == {1: ("confirmed", "")}


def test_declined_payment_refuses_the_offer(student: int) -> None:
    flow = waitlisted(student, 1)
    offer = flow.offered(1)
    evaluate(offer)
    declined = AuthorisationItem(
        section=1, amount=4, outcome=AuthorisationOutcome.DECLINED, code=Reason.ACCOUNT_LIMIT
    )
    flow.authorised(declined, flow_id=offer)
    decide(offer)
    assert flow.states() == {1: ("refused", "account_limit")}


def test_offer_before_the_decision_is_tried_again_later(student: int) -> None:
    flow = factories.flow(student, 1).seats_decided(["waitlisted"])
    offer = flow.offered(1)
    assert evaluate(offer) == [offer]
    flow.decided()
    assert evaluate(offer) == []
    assert flow.states() == {1: ("offered", "")}


def test_offer_after_a_drop_is_refused_as_already_over(student: int) -> None:
    flow = waitlisted(student, 1)
    offer = flow.offered(1)
    services.item_drop(student=student, registration=flow.id, section=1)
    assert evaluate(offer) == []
    (considered,) = factories.stored("offer_evaluated")
    assert (considered["outcome"], considered["code"]) == ("refused", "already_over")
    assert decide(offer) == []
    assert flow.states() == {1: ("dropped", "dropped_by_student")}


def test_second_offer_of_an_offered_item_is_refused_as_already_over(student: int) -> None:
    flow = waitlisted(student, 1)
    offers = [flow.offered(1), flow.offered(1)]
    evaluate(*offers)
    outcomes = [(one["outcome"], one["code"]) for one in factories.stored("offer_evaluated")]
    assert outcomes == [("offered", None), ("refused", "already_over")]


def test_what_is_in_another_term_does_not_stand_in_the_way(student: int) -> None:
    factories.section(6, day=1, credits=8, term=2)
    factories.window(term=2)
    confirmed(student, 6)
    offer = waitlisted(student, 1).offered(1)
    evaluate(offer)
    assert [one["outcome"] for one in factories.stored("offer_evaluated")] == ["offered"]


def test_two_offers_to_one_student_are_evaluated_one_after_another(student: int) -> None:
    offers = [waitlisted(student, section).offered(section) for section in (1, 2, 3)]
    assert evaluate(*offers) == [offers[2]], "it waits until the other two are decided"
    for offer, section in zip(offers[:2], (1, 2), strict=True):
        event = next(one for one in factories.stored("seat_offered") if one["section"] == section)
        Flow(id=UUID(event["registration"]), student=student, flow_id=0, sections=()).paid(
            section, flow_id=offer
        )
    assert decide(*offers[:2]) == []
    assert evaluate(offers[2]) == []
    outcomes = [(one["outcome"], one["code"]) for one in factories.stored("offer_evaluated")]
    assert outcomes == [("offered", None), ("offered", None), ("passed_over", "credit_limit")]


def test_drop_request_during_the_offer_is_honoured(student: int) -> None:
    flow = waitlisted(student, 1)
    offer = flow.offered(1)
    evaluate(offer)
    services.item_drop(student=student, registration=flow.id, section=1)
    flow.paid(1, flow_id=offer)
    decide(offer)
    assert flow.states() == {1: ("dropped", "drop_requested")}


def test_twice_is_once_and_many_take_five_statements(student: int) -> None:
    offers = []
    for _ in range(50):
        offers.append(waitlisted(factories.student(), 1).offered(1))
    evaluate(offers[0])
    with CaptureQueriesContext(connection) as queries:
        services.waitlist_offers_evaluate(flow_ids=offers)
    ours = [q["sql"] for q in queries if not q["sql"].startswith(("PREPARE", "SAVEPOINT"))]
    assert len(ours) == 5, ours
    assert len(factories.stored("offer_evaluated")) == 50
