"""consider, then settle: a queued student's turn."""

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
    """A student with sections; 1 and 4 meet at the same time, 5 is another one of MOD 1."""
    for number, day in ((1, 1), (2, 2), (3, 3), (4, 1)):
        given.section(number, day=day)
    given.section(5, module="MOD 1", day=4)
    given.window()
    return given.student(credit_limit=8)


def queued(student: int, *sections: int) -> Flow:
    return given.flow(student, *sections).decided(["queued"] * len(sections)).settled()


def confirmed(student: int, section: int) -> Flow:
    return given.flow(student, section).decided(["seated"]).paid(section).settled()


def consider(*causes: int) -> list[int]:
    with transaction.atomic():
        return services.offers_consider(causes=causes)


def settle(*causes: int) -> list[int]:
    with transaction.atomic():
        return services.registrations_settle(causes=causes)


def test_turn_that_fits_is_offered_then_confirmed(student: int) -> None:
    flow = queued(student, 1)
    turn = flow.offered(1)
    assert consider(turn) == []
    assert flow.states() == {1: ("offered", "")}
    (considered,) = given.said("considered")
    assert (considered["outcome"], considered["programme"], considered["credits"]) == (
        "offered",
        "CS",
        4,
    )
    assert settle(turn) == [turn], "payments has not spoken yet"
    flow.paid(1, cause=turn)
    assert settle(turn) == []
    assert flow.states() == {1: ("confirmed", "")}


@pytest.mark.parametrize(
    ("has", "code"),
    [((4,), "clash"), ((2, 3), "credit_limit"), ((5,), "already_registered")],
)
def test_turn_that_does_not_fit_is_refused_and_undone(
    student: int, has: tuple[int, ...], code: str
) -> None:
    flow = queued(student, 1)
    for section in has:
        confirmed(student, section)
    turn = flow.offered(1)
    consider(turn)
    assert flow.states() == {1: ("queued", "")}
    settle(turn)
    assert flow.states() == {1: ("refused", code)}
    (refused,) = given.said("refused")
    assert refused["items"] == [{"section": 1, "was": "seated", "code": code}]


def test_block_refuses_the_turn(student: int) -> None:
    flow = queued(student, 1)
    services.block_put(student=student, reason="Pay.")
    turn = flow.offered(1)
    consider(turn)
    settle(turn)
    assert flow.states() == {1: ("refused", "block")}


def test_money_declined_refuses_the_turn(student: int) -> None:
    flow = queued(student, 1)
    turn = flow.offered(1)
    consider(turn)
    declined = Charge(section=1, amount=4, outcome="declined", code="account_limit")
    flow.authorised(declined, cause=turn)
    settle(turn)
    assert flow.states() == {1: ("refused", "account_limit")}


def test_turn_before_the_answer_comes_again_later(student: int) -> None:
    flow = given.flow(student, 1).decided(["queued"])
    turn = flow.offered(1)
    assert consider(turn) == [turn]
    flow.settled()
    assert consider(turn) == []
    assert flow.states() == {1: ("offered", "")}


def test_turn_after_a_drop_says_that_it_ended(student: int) -> None:
    flow = queued(student, 1)
    turn = flow.offered(1)
    services.item_drop(student=student, registration=flow.id, section=1)
    assert consider(turn) == []
    (considered,) = given.said("considered")
    assert (considered["outcome"], considered["code"]) == ("refused", "ended")
    assert settle(turn) == []
    assert flow.states() == {1: ("dropped", "given_up")}


def test_second_turn_of_an_item_that_has_its_offer_says_that_it_ended(student: int) -> None:
    flow = queued(student, 1)
    turns = [flow.offered(1), flow.offered(1)]
    consider(*turns)
    outcomes = [(one["outcome"], one["code"]) for one in given.said("considered")]
    assert outcomes == [("offered", ""), ("refused", "ended")]


def test_what_is_in_another_term_does_not_stand_in_the_way(student: int) -> None:
    given.section(6, day=1, credits=8, term=2)
    given.window(term=2)
    confirmed(student, 6)
    turn = queued(student, 1).offered(1)
    consider(turn)
    assert [one["outcome"] for one in given.said("considered")] == ["offered"]


def test_two_turns_of_one_student_are_judged_one_after_another(student: int) -> None:
    turns = [queued(student, section).offered(section) for section in (1, 2, 3)]
    consider(*turns)
    outcomes = [(one["outcome"], one["code"]) for one in given.said("considered")]
    assert outcomes == [("offered", ""), ("offered", ""), ("refused", "credit_limit")]


def test_wish_during_the_offer_is_honoured(student: int) -> None:
    flow = queued(student, 1)
    turn = flow.offered(1)
    consider(turn)
    services.item_drop(student=student, registration=flow.id, section=1)
    flow.paid(1, cause=turn)
    settle(turn)
    assert flow.states() == {1: ("dropped", "wished")}


def test_twice_is_once_and_many_take_five_statements(student: int) -> None:
    turns = []
    for _ in range(50):
        turns.append(queued(given.student(), 1).offered(1))
    consider(turns[0])
    with CaptureQueriesContext(connection) as queries:
        services.offers_consider(causes=turns)
    ours = [q["sql"] for q in queries if not q["sql"].startswith(("PREPARE", "SAVEPOINT"))]
    assert len(ours) == 5, ours
    assert len(given.said("considered")) == 50
