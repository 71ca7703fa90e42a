"""What is authorised, declined, captured and given back. Pure: events and rows in, events out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from project.events.base import Event
from project.events.modules import SeatsDecided
from project.events.payments import (
    AuthorisationItem,
    Authorised,
    Captured,
    MoneyItem,
    Refunded,
    Voided,
)
from project.events.registration import (
    Decided,
    Dropped,
    Expired,
    OfferEvaluated,
    Refused,
    RequestedItem,
    Submitted,
)

ACCOUNT_LIMIT, NO_RATE, ALREADY_OVER = "account_limit", "no_rate", "already_over"

# What giving back does, by the state of the payment. Nothing there yet: a tombstone.
COMPENSATION: dict[str | None, type[Voided] | type[Refunded]] = {
    None: Voided,
    "authorised": Voided,
    "captured": Refunded,
}

ReleasingEvent = Dropped | Refused | Expired
Item = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """Money that a flow needs: for these items, all together or each for itself."""

    registration: str
    student: int
    programme: str
    items: tuple[RequestedItem, ...]
    all_or_none: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPayment:
    """A payment as it stands."""

    state: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """Fees, what each account has left, and payments, as they are read under the account locks."""

    per_credit: Mapping[str, int]
    available: Mapping[int, int]
    payments: Mapping[Item, HeldPayment] = field(default_factory=dict)


def payment_request(root: Event, events: Sequence[Event]) -> PaymentRequest | None:
    """What a flow needs; None where nothing is seated, or nothing is decided yet."""
    if isinstance(root, Submitted):
        decided = next((event for event in events if isinstance(event, SeatsDecided)), None)
        return _request_of_submission(root, decided) if decided else None
    considered = next((event for event in events if isinstance(event, OfferEvaluated)), None)
    return _request_of_offer(considered) if considered else None


def _request_of_submission(submitted: Submitted, decided: SeatsDecided) -> PaymentRequest | None:
    seated = {item.section for item in decided.items if item.outcome == "seated"}
    if not seated:
        return None
    return PaymentRequest(
        registration=submitted.registration,
        student=submitted.student,
        programme=submitted.programme,
        items=tuple(item for item in submitted.items if item.section in seated),
        all_or_none=submitted.mode == "all",
    )


def _request_of_offer(considered: OfferEvaluated) -> PaymentRequest | None:
    if considered.outcome != "offered":
        return None
    asked = RequestedItem(section=considered.section, module="", credits=considered.credits)
    return PaymentRequest(
        registration=considered.registration,
        student=considered.student,
        programme=considered.programme,
        items=(asked,),
    )


def fee(*, credits: int, per_credit: int) -> int:
    """The fee of one item, in minor units."""
    return credits * per_credit


def authorise(requests: Iterable[PaymentRequest], snapshot: AccountSnapshot) -> list[Authorised]:
    """Decide each request in the order given. What one is granted, the student's next one lacks."""
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
    return sum([item.amount for item in items if item.outcome == "authorised"])


def _decide(
    request: PaymentRequest, snapshot: AccountSnapshot, available: int
) -> list[AuthorisationItem]:
    """Decide each item, in the order asked for."""
    per_credit = snapshot.per_credit.get(request.programme)
    if per_credit is None:
        return [_declined(item, 0, NO_RATE) for item in request.items]
    whole = _sum_of_open(request, per_credit, snapshot)
    is_too_much = request.all_or_none and not _fits(whole, available)
    items = []
    for item in request.items:
        amount = fee(credits=item.credits, per_credit=per_credit)
        if _is_over(item, request, snapshot):
            items.append(_declined(item, amount, ALREADY_OVER))
        elif is_too_much or not _fits(amount, available):
            items.append(_declined(item, amount, ACCOUNT_LIMIT))
        else:
            items.append(AuthorisationItem(section=item.section, amount=amount))
            available -= amount
    return items


def _sum_of_open(request: PaymentRequest, per_credit: int, snapshot: AccountSnapshot) -> int:
    return sum(
        fee(credits=item.credits, per_credit=per_credit)
        for item in request.items
        if not _is_over(item, request, snapshot)
    )


def _is_over(item: RequestedItem, request: PaymentRequest, snapshot: AccountSnapshot) -> bool:
    """A payment that is there before its authorisation is a tombstone."""
    return (request.registration, item.section) in snapshot.payments


def _fits(amount: int, available: int) -> bool:
    """What costs nothing always fits, even where the limit was lowered below what is owed."""
    return amount == 0 or amount <= available


def _declined(item: RequestedItem, amount: int, code: str) -> AuthorisationItem:
    return AuthorisationItem(section=item.section, amount=amount, outcome="declined", code=code)


def capture(decided: Decided, snapshot: AccountSnapshot) -> Captured | None:
    """Charge what was authorised for the confirmed items; None where nothing is."""
    items = tuple(
        MoneyItem(section=item.section, amount=held.amount)
        for item in decided.items
        if item.state == "confirmed"
        and (held := snapshot.payments.get((decided.registration, item.section)))
        and held.state == "authorised"
    )
    if not items:
        return None
    return Captured(registration=decided.registration, student=decided.student, items=items)


def void_or_refund(ended: ReleasingEvent, snapshot: AccountSnapshot) -> list[Voided | Refunded]:
    """Undo the money of items that are over, by the state each payment is in. Who drops after the
    refund deadline has nothing of what was charged paid back."""
    is_refunded = not isinstance(ended, Dropped) or ended.refund_percent > 0
    undone: dict[type[Voided] | type[Refunded], list[MoneyItem]] = {}
    for item in ended.items:
        held = snapshot.payments.get((ended.registration, item.section))
        kind = COMPENSATION.get(held.state if held else None)
        if kind and (is_refunded or kind is Voided):
            amount = MoneyItem(section=item.section, amount=held.amount if held else 0)
            undone.setdefault(kind, []).append(amount)
    return [
        kind(registration=ended.registration, student=ended.student, items=tuple(items))
        for kind, items in undone.items()
    ]


def money(amount: int) -> str:
    """An amount as people read it: 1,234.50."""
    return f"{amount / 100:,.2f}"
