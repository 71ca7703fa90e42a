"""Authorise, decline, capture, void and refund. Pure: events and rows in, events out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from project.events.base import Event
from project.events.credits import QUARTERS
from project.events.modules import SeatsDecided
from project.events.payments import (
    AuthorisationItem,
    Authorised,
    Captured,
    MoneyItem,
    Refunded,
    Voided,
)
from project.events.reasons import Reason
from project.events.registration import (
    Decided,
    Dropped,
    Expired,
    OfferEvaluated,
    Refused,
    RequestedItem,
    Submitted,
)
from project.events.vocabulary import (
    AuthorisationOutcome,
    ItemState,
    Mode,
    OfferOutcome,
    PaymentState,
    SeatOutcome,
)

# The compensation, by the state of the payment. Without a payment yet: a tombstone.
COMPENSATION: dict[PaymentState | None, type[Voided] | type[Refunded]] = {
    None: Voided,
    PaymentState.AUTHORISED: Voided,
    PaymentState.CAPTURED: Refunded,
}

ReleasingEvent = Dropped | Refused | Expired
Item = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """Money that a flow needs for these items, all or none of them, or each by itself."""

    registration: str
    student: int
    programme: str
    items: tuple[RequestedItem, ...]
    all_or_none: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPayment:
    """The current state of a payment."""

    state: PaymentState
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """Rates, what each account has left, and payments, as read under the account locks."""

    per_credit: Mapping[str, int]
    available: Mapping[int, int]
    payments: Mapping[Item, HeldPayment] = field(default_factory=dict)


def payment_request(root: Event, events: Sequence[Event]) -> PaymentRequest | None:
    """The money a flow needs; None if no item has a seat, or seats are not decided yet."""
    if isinstance(root, Submitted):
        decided = next((event for event in events if isinstance(event, SeatsDecided)), None)
        return _request_of_submission(root, decided) if decided else None
    evaluated = next((event for event in events if isinstance(event, OfferEvaluated)), None)
    return _request_of_offer(evaluated) if evaluated else None


def _request_of_submission(submitted: Submitted, decided: SeatsDecided) -> PaymentRequest | None:
    seated = {item.section for item in decided.items if item.outcome == SeatOutcome.SEATED}
    if not seated:
        return None
    return PaymentRequest(
        registration=submitted.registration,
        student=submitted.student,
        programme=submitted.programme,
        items=tuple(item for item in submitted.items if item.section in seated),
        all_or_none=submitted.mode == Mode.ALL,
    )


def _request_of_offer(evaluated: OfferEvaluated) -> PaymentRequest | None:
    if evaluated.outcome != OfferOutcome.OFFERED:
        return None
    requested = RequestedItem(
        section=evaluated.section, module="", credit_quarters=evaluated.credit_quarters
    )
    return PaymentRequest(
        registration=evaluated.registration,
        student=evaluated.student,
        programme=evaluated.programme,
        items=(requested,),
    )


def fee(*, credit_quarters: int, per_credit: int) -> int:
    """The fee of one item, in minor units: half a unit is rounded up."""
    return (credit_quarters * per_credit + QUARTERS // 2) // QUARTERS


def authorise(requests: Iterable[PaymentRequest], snapshot: AccountSnapshot) -> list[Authorised]:
    """Decide each request in the order given; each reduces what is left for the student's next."""
    available = dict(snapshot.available)
    authorised = []
    for request in requests:
        room = available.get(request.student, 0)
        items = _decide(request, snapshot, room)
        available[request.student] = room - _granted(items)
        authorised.append(
            Authorised(
                registration=request.registration, student=request.student, items=tuple(items)
            )
        )
    return authorised


def _granted(items: Iterable[AuthorisationItem]) -> int:
    return sum([item.amount for item in items if item.outcome == AuthorisationOutcome.AUTHORISED])


def _decide(
    request: PaymentRequest, snapshot: AccountSnapshot, available: int
) -> list[AuthorisationItem]:
    """Decide each item, in the order of the request."""
    per_credit = snapshot.per_credit.get(request.programme)
    if per_credit is None:
        return [_declined(item, 0, Reason.NO_RATE) for item in request.items]
    whole = _sum_of_open(request, per_credit, snapshot)
    is_too_much = request.all_or_none and not _fits(whole, available)
    items = []
    for item in request.items:
        amount = fee(credit_quarters=item.credit_quarters, per_credit=per_credit)
        if _is_over(item, request, snapshot):
            items.append(_declined(item, amount, Reason.ALREADY_OVER))
        elif is_too_much or not _fits(amount, available):
            items.append(_declined(item, amount, Reason.ACCOUNT_LIMIT))
        else:
            items.append(AuthorisationItem(section=item.section, amount=amount))
            available -= amount
    return items


def _sum_of_open(request: PaymentRequest, per_credit: int, snapshot: AccountSnapshot) -> int:
    return sum(
        fee(credit_quarters=item.credit_quarters, per_credit=per_credit)
        for item in request.items
        if not _is_over(item, request, snapshot)
    )


def _is_over(item: RequestedItem, request: PaymentRequest, snapshot: AccountSnapshot) -> bool:
    """A payment that exists before its authorisation is a tombstone."""
    return (request.registration, item.section) in snapshot.payments


def _fits(amount: int, available: int) -> bool:
    """A fee of 0 always fits, even if the limit was lowered below what is owed."""
    return amount == 0 or amount <= available


def _declined(item: RequestedItem, amount: int, code: Reason) -> AuthorisationItem:
    return AuthorisationItem(
        section=item.section, amount=amount, outcome=AuthorisationOutcome.DECLINED, code=code
    )


def capture(decided: Decided, snapshot: AccountSnapshot) -> Captured | None:
    """Capture what was authorised for the confirmed items; None if nothing was."""
    items = tuple(
        MoneyItem(section=item.section, amount=held.amount)
        for item in decided.items
        if item.state == ItemState.CONFIRMED
        and (held := snapshot.payments.get((decided.registration, item.section)))
        and held.state == PaymentState.AUTHORISED
    )
    if not items:
        return None
    return Captured(registration=decided.registration, student=decided.student, items=items)


def void_or_refund(ended: ReleasingEvent, snapshot: AccountSnapshot) -> list[Voided | Refunded]:
    """Void or refund the payments of ended items, by the state of each. A drop after the refund
    deadline is not refunded."""
    is_refunded = not isinstance(ended, Dropped) or ended.refund_percent > 0
    compensated: dict[type[Voided] | type[Refunded], list[MoneyItem]] = {}
    for item in ended.items:
        held = snapshot.payments.get((ended.registration, item.section))
        kind = COMPENSATION.get(held.state if held else None)
        if kind and (is_refunded or kind is Voided):
            amount = MoneyItem(section=item.section, amount=held.amount if held else 0)
            compensated.setdefault(kind, []).append(amount)
    return [
        kind(registration=ended.registration, student=ended.student, items=tuple(items))
        for kind, items in compensated.items()
    ]


def money(amount: int) -> str:
    """An amount formatted for readers: 1,234.50."""
    return f"{amount / 100:,.2f}"
