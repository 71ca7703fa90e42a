"""settle, as a conversation: given what was heard, we say …"""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from project.messages.payments import Charge
from registration import services
from registration.tests import given
from registration.tests.given import Flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> int:
    """A student with three sections to choose from."""
    for number in (1, 2, 3):
        given.section(number, day=number)
    given.window()
    return given.student()


def settle(*causes: int) -> list[int]:
    with transaction.atomic():
        return services.registrations_settle(causes=causes)


def test_seated_and_paid_is_confirmed_and_queued_stays_queued(student: int) -> None:
    flow = given.flow(student, 1, 2, 3).decided(["seated", "queued", "refused"], ["", "", "full"])
    flow.paid(1)
    assert settle(flow.cause) == []
    assert flow.states() == {1: ("confirmed", ""), 2: ("queued", ""), 3: ("refused", "full")}
    assert flow.is_answered
    (settled,) = given.said("settled")
    assert [item["state"] for item in settled["items"]] == ["confirmed", "queued", "refused"]
    assert given.said("refused") == []


def test_without_seats_or_money_it_is_left_for_later(student: int) -> None:
    early = given.flow(student, 1)
    unpaid = given.flow(student, 2).decided(["seated"])
    assert settle(early.cause, unpaid.cause) == [early.cause, unpaid.cause]
    assert given.said("settled") == []
    assert not early.is_answered


def test_declined_is_refused_and_undone(student: int) -> None:
    flow = given.flow(student, 1, 2).decided(["seated", "seated"])
    flow.authorised(
        Charge(section=1, amount=4),
        Charge(section=2, amount=4, outcome="declined", code="account_limit"),
    )
    settle(flow.cause)
    assert flow.states() == {1: ("confirmed", ""), 2: ("refused", "account_limit")}
    (refused,) = given.said("refused")
    assert refused["items"] == [{"section": 2, "was": "seated", "code": "account_limit"}]


def test_all_or_nothing_goes_back_as_a_whole(student: int) -> None:
    flow = given.flow(student, 1, 2, mode="all").decided(["seated", "queued"])
    flow.authorised(Charge(section=1, amount=4, outcome="declined", code="account_limit"))
    settle(flow.cause)
    assert flow.states() == {1: ("refused", "account_limit"), 2: ("refused", "together")}
    (refused,) = given.said("refused")
    assert [item["was"] for item in refused["items"]] == ["seated", "queued"]


def test_wish_is_honoured_and_undone(student: int) -> None:
    flow = given.flow(student, 1, 2).decided(["seated", "seated"]).paid(1, 2)
    services.item_drop(student=student, registration=flow.id, section=1)
    settle(flow.cause)
    assert flow.states() == {1: ("dropped", "wished"), 2: ("confirmed", "")}
    (dropped,) = given.said("dropped")
    assert dropped["items"] == [{"section": 1, "was": "authorised", "code": "wished"}]


def test_twice_is_once(student: int) -> None:
    flow = given.flow(student, 1).decided(["seated"]).paid(1).settled()
    assert settle(flow.cause, flow.cause) == []
    assert len(given.said("settled")) == 1


def test_what_ended_before_stays_ended(student: int) -> None:
    flow = given.flow(student, 1).decided(["seated"]).paid(1).settled()
    services.item_drop(student=student, registration=flow.id, section=1)
    assert settle(flow.cause) == []
    assert flow.states() == {1: ("dropped", "given_up")}


def test_seated_item_without_a_word_on_money_is_a_bug(student: int) -> None:
    flow = given.flow(student, 1, 2).decided(["seated", "seated"]).paid(1)
    with pytest.raises(LookupError, match="no word on money for section 2"):
        settle(flow.cause)


def test_two_hundred_take_six_statements() -> None:
    given.section(1, seats=None)
    given.window()
    flows: list[Flow] = []
    for number in range(200):
        flow = given.flow(given.student(), 1)
        flows.append(flow.decided(["seated"]))
        outcome = "declined" if number % 3 == 0 else "authorised"
        flow.authorised(Charge(section=1, amount=4, outcome=outcome, code="account_limit"))
        if number % 3 == 1:
            services.item_drop(student=flow.student, registration=flow.id, section=1)
    settle(flows[0].cause)
    with CaptureQueriesContext(connection) as queries:
        services.registrations_settle(causes=[flow.cause for flow in flows])
    ours = [q["sql"] for q in queries if not q["sql"].startswith(("PREPARE", "SAVEPOINT"))]
    assert len(ours) == 6, ours
    assert [len(given.said(kind)) for kind in ("settled", "refused", "dropped")] == [200, 67, 67]
