"""Decisions about money, as tables."""

import pytest

from payments import rules
from payments.rules import Held, Item, Purse, Wanted
from project.messages.modules import SeatDecision, SeatOffered, SeatsDecided
from project.messages.payments import Amount, Captured, Charge, Refunded, Voided
from project.messages.registration import (
    Asked,
    Considered,
    Dropped,
    Ended,
    Settled,
    Submitted,
    Verdict,
)

R = "0190f5a0-0000-7000-8000-000000000001"
SUBMITTED = Submitted(
    registration=R,
    student=7,
    programme="CS",
    term=1,
    mode="all",
    on_full="queue",
    items=(
        Asked(section=30, module="C", credits=3),
        Asked(section=10, module="A", credits=1),
        Asked(section=20, module="B", credits=2),
    ),
)


def want(*credits: int, all_or_none: bool = False) -> Wanted:
    items = tuple(Asked(section=n, module="", credits=c) for n, c in enumerate(credits, 1))
    return Wanted(registration=R, student=7, programme="CS", items=items, all_or_none=all_or_none)


def purse(room: int, *, over: tuple[int, ...] = (), rate: int | None = 100) -> Purse:
    return Purse(
        per_credit={} if rate is None else {"CS": rate},
        room={7: room},
        payments={(R, section): Held(state="voided", amount=0) for section in over},
    )


def holding(payments: dict[Item, Held]) -> Purse:
    return Purse(per_credit={}, room={}, payments=payments)


def said(items: tuple[Charge, ...]) -> list[str]:
    return [f"{item.amount} {item.code or item.outcome}" for item in items]


YES, NO = "authorised", "account_limit"


@pytest.mark.parametrize(
    ("credits", "room", "mode", "expected"),
    [
        ((3, 2), 500, "any", [YES, YES]),
        ((3, 2), 500, "all", [YES, YES]),
        ((3, 2), 499, "any", [YES, NO]),
        ((3, 2), 499, "all", [NO, NO]),
        ((3, 2), 200, "any", [NO, YES]),
        ((3, 2), 200, "all", [NO, NO]),
        ((0, 1), -1, "any", [YES, NO]),
        ((0, 0), -1, "all", [YES, YES]),
    ],
)
def test_limit_is_spent_in_the_order_asked(
    credits: tuple[int, ...], room: int, mode: str, expected: list[str]
) -> None:
    charged = rules.charge(want(*credits, all_or_none=mode == "all"), purse(room)).items
    assert [item.code or item.outcome for item in charged] == expected
    assert [item.amount for item in charged] == [100 * credit for credit in credits]


def test_two_requests_of_one_student_share_one_limit() -> None:
    shared = purse(500)
    assert said(rules.charge(want(3), shared).items) == ["300 authorised"]
    assert said(rules.charge(want(3), shared).items) == ["300 account_limit"]
    assert shared.room == {7: 200}


def test_without_a_rate_everything_is_declined_and_costs_nothing() -> None:
    assert said(rules.charge(want(3, 2), purse(500, rate=None)).items) == ["0 no_rate", "0 no_rate"]


def test_item_that_is_over_already_is_declined_and_leaves_its_room_to_the_others() -> None:
    charged = rules.charge(want(3, 2, all_or_none=True), purse(200, over=(1,)))
    assert said(charged.items) == ["300 ended", "200 authorised"]


def test_money_is_wanted_for_seated_items_in_the_order_asked() -> None:
    decided = SeatsDecided(
        registration=R,
        student=7,
        items=(
            SeatDecision(section=10, outcome="queued"),
            SeatDecision(section=20, outcome="seated", seat=1, fence=1),
            SeatDecision(section=30, outcome="seated", seat=1, fence=2),
        ),
    )
    wanted = rules.wanted(SUBMITTED, [decided])
    assert wanted is not None
    assert [item.section for item in wanted.items] == [30, 20]
    assert wanted.all_or_none


def test_no_money_is_wanted_without_a_seat_or_before_seats_are_decided() -> None:
    refused = SeatDecision(section=10, outcome="refused", code="full")
    none = SeatsDecided(registration=R, student=7, items=(refused,))
    assert rules.wanted(SUBMITTED, [none]) is None
    assert rules.wanted(SUBMITTED, []) is None


@pytest.mark.parametrize(("outcome", "credits"), [("offered", [4]), ("refused", None)])
def test_turn_in_the_queue_wants_money_if_it_was_offered(
    outcome: str, credits: list[int] | None
) -> None:
    offered = SeatOffered(registration=R, student=7, section=10, seat=1, fence=1)
    considered = Considered(
        registration=R, student=7, programme="CS", section=10, credits=4, outcome=outcome
    )
    wanted = rules.wanted(offered, [considered])
    assert (wanted and [item.credits for item in wanted.items]) == credits


@pytest.mark.parametrize(
    ("state", "captured"),
    [
        ("authorised", True),
        ("declined", False),
        ("captured", False),
        ("voided", False),
        ("refunded", False),
        (None, False),
    ],
)
def test_only_an_authorised_payment_is_captured(state: str | None, captured: bool) -> None:
    settled = Settled(
        registration=R,
        student=7,
        items=(Verdict(section=1, state="confirmed"), Verdict(section=2, state="refused")),
    )
    payments = {(R, n): Held(state=state, amount=n) for n in (1, 2)} if state else {}
    expected = Captured(registration=R, student=7, items=(Amount(section=1, amount=1),))
    assert rules.capture(settled, holding(payments)) == (expected if captured else None)


@pytest.mark.parametrize(
    ("state", "kind", "amount"),
    [
        (None, Voided, 0),
        ("authorised", Voided, 300),
        ("captured", Refunded, 300),
        ("declined", None, 0),
        ("voided", None, 0),
        ("refunded", None, 0),
    ],
)
def test_giving_back_acts_by_the_state_of_the_payment(
    state: str | None, kind: type[Voided | Refunded] | None, amount: int
) -> None:
    ended = Dropped(registration=R, student=7, items=(Ended(section=1, was="confirmed"),))
    payments = {(R, 1): Held(state=state, amount=300)} if state else {}
    undone = rules.give_back(ended, holding(payments))
    items = (Amount(section=1, amount=amount),)
    assert undone == ([kind(registration=R, student=7, items=items)] if kind else [])
