"""The step `decide`: the events it appends, given the outcomes of seats and payments."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from project.events.payments import AuthorisationItem
from project.events.reasons import Reason
from project.events.vocabulary import AuthorisationOutcome
from registration import services
from registration.tests import factories
from registration.tests.factories import Flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> int:
    """A student with three sections to choose from."""
    for number in (1, 2, 3):
        factories.section(number, day=number)
    factories.window()
    return factories.student()


def decide(*flow_ids: int) -> list[int]:
    with transaction.atomic():
        return services.registrations_decide(flow_ids=flow_ids)


def test_seated_and_paid_is_confirmed_and_waitlisted_stays_waitlisted(student: int) -> None:
    flow = factories.flow(student, 1, 2, 3).seats_decided(
        ["seated", "waitlisted", "refused"], ["", "", "full"]
    )
    flow.paid(1)
    assert decide(flow.flow_id) == []
    assert flow.states() == {1: ("confirmed", ""), 2: ("waitlisted", ""), 3: ("refused", "full")}
    assert flow.is_decided
    (decided,) = factories.stored("decided")
    assert [item["state"] for item in decided["items"]] == ["confirmed", "waitlisted", "refused"]
    assert factories.stored("refused") == []


def test_without_seats_or_money_it_is_left_for_later(student: int) -> None:
    early = factories.flow(student, 1)
    unpaid = factories.flow(student, 2).seats_decided(["seated"])
    assert decide(early.flow_id, unpaid.flow_id) == [early.flow_id, unpaid.flow_id]
    assert factories.stored("decided") == []
    assert not early.is_decided


def test_declined_is_refused_and_compensated(student: int) -> None:
    flow = factories.flow(student, 1, 2).seats_decided(["seated", "seated"])
    flow.authorised(
        AuthorisationItem(section=1, amount=4),
        AuthorisationItem(
            section=2, amount=4, outcome=AuthorisationOutcome.DECLINED, code=Reason.ACCOUNT_LIMIT
        ),
    )
    decide(flow.flow_id)
    assert flow.states() == {1: ("confirmed", ""), 2: ("refused", "account_limit")}
    (refused,) = factories.stored("refused")
    assert refused["items"] == [{"section": 2, "was": "seated", "code": "account_limit"}]


def test_all_or_nothing_is_compensated_as_a_whole(student: int) -> None:
    flow = factories.flow(student, 1, 2, mode="all").seats_decided(["seated", "waitlisted"])
    flow.authorised(
        AuthorisationItem(
            section=1, amount=4, outcome=AuthorisationOutcome.DECLINED, code=Reason.ACCOUNT_LIMIT
        )
    )
    decide(flow.flow_id)
    assert flow.states() == {1: ("refused", "account_limit"), 2: ("refused", "all_or_nothing")}
    (refused,) = factories.stored("refused")
    assert [item["was"] for item in refused["items"]] == ["seated", "waitlisted"]


def test_drop_request_is_honoured_and_compensated(student: int) -> None:
    flow = factories.flow(student, 1, 2).seats_decided(["seated", "seated"]).paid(1, 2)
    services.item_drop(student=student, registration=flow.id, section=1)
    decide(flow.flow_id)
    assert flow.states() == {1: ("dropped", "drop_requested"), 2: ("confirmed", "")}
    (dropped,) = factories.stored("dropped")
    assert dropped["items"] == [{"section": 1, "was": "authorised", "code": "drop_requested"}]


def test_twice_is_once(student: int) -> None:
    flow = factories.flow(student, 1).seats_decided(["seated"]).paid(1).decided()
    assert decide(flow.flow_id, flow.flow_id) == []
    assert len(factories.stored("decided")) == 1


def test_what_ended_before_stays_ended(student: int) -> None:
    flow = factories.flow(student, 1).seats_decided(["seated"]).paid(1).decided()
    services.item_drop(student=student, registration=flow.id, section=1)
    assert decide(flow.flow_id) == []
    assert flow.states() == {1: ("dropped", "dropped_by_student")}


def test_seated_item_without_a_payment_outcome_is_a_bug(student: int) -> None:
    flow = factories.flow(student, 1, 2).seats_decided(["seated", "seated"]).paid(1)
    with pytest.raises(LookupError, match="no payment outcome for section 2"):
        decide(flow.flow_id)


def test_two_hundred_take_six_statements() -> None:
    factories.section(1, seats=None)
    factories.window()
    flows: list[Flow] = []
    for number in range(200):
        flow = factories.flow(factories.student(), 1)
        flows.append(flow.seats_decided(["seated"]))
        outcome = "declined" if number % 3 == 0 else "authorised"
        flow.authorised(
            AuthorisationItem(
                section=1,
                amount=4,
                outcome=AuthorisationOutcome(outcome),
                code=Reason.ACCOUNT_LIMIT,
            )
        )
        if number % 3 == 1:
            services.item_drop(student=flow.student, registration=flow.id, section=1)
    decide(flows[0].flow_id)
    with CaptureQueriesContext(connection) as queries:
        services.registrations_decide(flow_ids=[flow.flow_id for flow in flows])
    ours = [q["sql"] for q in queries if not q["sql"].startswith(("PREPARE", "SAVEPOINT"))]
    assert len(ours) == 6, ours
    assert [len(factories.stored(kind)) for kind in ("decided", "refused", "dropped")] == [
        200,
        67,
        67,
    ]
