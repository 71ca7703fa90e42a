"""Decisions about money, as tables."""

from dataclasses import replace

import pytest

from payments import rules
from payments.rules import AccountSnapshot, HeldPayment, Item, PaymentRequest
from project.events.modules import SeatDecision, SeatOffered, SeatsDecided
from project.events.payments import AuthorisationItem, Captured, MoneyItem, Refunded, Voided
from project.events.reasons import Reason
from project.events.registration import (
    Decided,
    DecidedItem,
    Dropped,
    EndedItem,
    OfferEvaluated,
    RequestedItem,
    Submitted,
)
from project.events.vocabulary import (
    ItemState,
    Mode,
    OfferOutcome,
    OnFull,
    PaymentState,
    SeatOutcome,
)

R = "0190f5a0-0000-7000-8000-000000000001"
SUBMITTED = Submitted(
    registration=R,
    student=7,
    programme="CS",
    term=1,
    mode=Mode.ALL,
    on_full=OnFull.WAITLIST,
    items=(
        RequestedItem(section=30, module="C", credit_quarters=12),
        RequestedItem(section=10, module="A", credit_quarters=4),
        RequestedItem(section=20, module="B", credit_quarters=8),
    ),
)


def request(*credits: int, all_or_none: bool = False, student: int = 7) -> PaymentRequest:
    items = tuple(
        RequestedItem(section=n, module="", credit_quarters=c * 4) for n, c in enumerate(credits, 1)
    )
    return PaymentRequest(
        registration=R, student=student, programme="CS", items=items, all_or_none=all_or_none
    )


def account(
    available: int, *, over: tuple[int, ...] = (), rate: int | None = 100
) -> AccountSnapshot:
    return AccountSnapshot(
        per_credit={} if rate is None else {"CS": rate},
        available={7: available, 8: available},
        payments={
            (R, section): HeldPayment(state=PaymentState.VOIDED, amount=0) for section in over
        },
    )


def holding(payments: dict[Item, HeldPayment]) -> AccountSnapshot:
    return AccountSnapshot(per_credit={}, available={}, payments=payments)


def authorise(
    *requests: PaymentRequest, account: AccountSnapshot
) -> list[tuple[AuthorisationItem, ...]]:
    return [authorised.items for authorised in rules.authorise(requests, account)]


def summarise(items: tuple[AuthorisationItem, ...]) -> list[str]:
    return [f"{item.amount} {item.code or item.outcome}" for item in items]


YES, NO = "authorised", "account_limit"


@pytest.mark.parametrize(
    ("credits", "available", "mode", "expected"),
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
def test_limit_is_spent_in_the_order_requested(
    credits: tuple[int, ...], available: int, mode: str, expected: list[str]
) -> None:
    asked = request(*credits, all_or_none=mode == "all")
    (decided,) = authorise(asked, account=account(available))
    assert [item.code or item.outcome for item in decided] == expected
    assert [item.amount for item in decided] == [100 * credit for credit in credits]


@pytest.mark.parametrize(
    ("credit_quarters", "per_credit", "amount"),
    [(2, 10_000, 5_000), (16, 333, 1_332), (1, 10_000, 2_500), (1, 2, 1), (1, 1, 0), (0, 5, 0)],
)
def test_fee_is_by_quarters_and_half_a_minor_unit_is_rounded_up(
    credit_quarters: int, per_credit: int, amount: int
) -> None:
    assert rules.fee(credit_quarters=credit_quarters, per_credit=per_credit) == amount


def test_four_sections_of_half_a_credit_cost_two_credits() -> None:
    halves = tuple(RequestedItem(section=n, module="", credit_quarters=2) for n in (1, 2, 3, 4))
    (decided,) = authorise(replace(request(1), items=halves), account=account(200))
    assert [(item.outcome, item.amount) for item in decided] == [("authorised", 50)] * 4


def test_requests_of_one_student_share_one_limit_in_the_order_given() -> None:
    others, small = request(3, student=8), request(2)
    decided = authorise(request(3), others, request(3), small, account=account(500))
    assert [summarise(items) for items in decided] == [
        ["300 authorised"],
        ["300 authorised"],
        ["300 account_limit"],
        ["200 authorised"],
    ]


def test_deciding_changes_nothing_that_was_read() -> None:
    read, before = account(500), account(500)
    first = authorise(request(3), request(3), account=read)
    assert authorise(request(3), request(3), account=read) == first
    assert read == before


def test_without_a_rate_everything_is_declined_and_costs_nothing() -> None:
    (decided,) = authorise(request(3, 2), account=account(500, rate=None))
    assert summarise(decided) == ["0 no_rate", "0 no_rate"]


def test_item_that_is_over_already_is_declined_and_leaves_its_fee_to_the_others() -> None:
    (decided,) = authorise(request(3, 2, all_or_none=True), account=account(200, over=(1,)))
    assert summarise(decided) == ["300 already_over", "200 authorised"]


def test_money_is_requested_for_seated_items_in_the_order_requested() -> None:
    decided = SeatsDecided(
        registration=R,
        student=7,
        items=(
            SeatDecision(section=10, outcome=SeatOutcome.WAITLISTED),
            SeatDecision(section=20, outcome=SeatOutcome.SEATED, seat=1, fencing_token=1),
            SeatDecision(section=30, outcome=SeatOutcome.SEATED, seat=1, fencing_token=2),
        ),
    )
    asked = rules.payment_request(SUBMITTED, [decided])
    assert asked is not None
    assert [item.section for item in asked.items] == [30, 20]
    assert asked.all_or_none


def test_no_money_is_wanted_without_a_seat_or_before_seats_are_decided() -> None:
    refused = SeatDecision(section=10, outcome=SeatOutcome.REFUSED, code=Reason.FULL)
    none = SeatsDecided(registration=R, student=7, items=(refused,))
    assert rules.payment_request(SUBMITTED, [none]) is None
    assert rules.payment_request(SUBMITTED, []) is None


@pytest.mark.parametrize(("outcome", "credits"), [("offered", [4]), ("refused", None)])
def test_offer_needs_money_if_it_was_made(outcome: str, credits: list[int] | None) -> None:
    offered = SeatOffered(registration=R, student=7, section=10, seat=1, fencing_token=1)
    considered = OfferEvaluated(
        registration=R,
        student=7,
        programme="CS",
        section=10,
        credit_quarters=16,
        outcome=OfferOutcome(outcome),
    )
    asked = rules.payment_request(offered, [considered])
    assert (asked and [item.credit_quarters // 4 for item in asked.items]) == credits


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
    decided = Decided(
        registration=R,
        student=7,
        items=(
            DecidedItem(section=1, state=ItemState.CONFIRMED),
            DecidedItem(section=2, state=ItemState.REFUSED),
        ),
    )
    payments = (
        {(R, n): HeldPayment(state=PaymentState(state), amount=n) for n in (1, 2)} if state else {}
    )
    expected = Captured(registration=R, student=7, items=(MoneyItem(section=1, amount=1),))
    assert rules.capture(decided, holding(payments)) == (expected if captured else None)


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
def test_compensation_depends_on_the_state_of_the_payment(
    state: str | None, kind: type[Voided | Refunded] | None, amount: int
) -> None:
    ended = Dropped(
        registration=R, student=7, items=(EndedItem(section=1, was=ItemState.CONFIRMED),)
    )
    payments = {(R, 1): HeldPayment(state=PaymentState(state), amount=300)} if state else {}
    compensated = rules.void_or_refund(ended, holding(payments))
    items = (MoneyItem(section=1, amount=amount),)
    assert compensated == ([kind(registration=R, student=7, items=items)] if kind else [])
