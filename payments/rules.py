"""What is authorised, declined, captured and given back. Pure: facts and rows in, facts out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from project.messages.fact import Fact
from project.messages.modules import SeatsDecided
from project.messages.payments import Amount, Authorised, Captured, Charge, Refunded, Voided
from project.messages.registration import (
    Asked,
    Considered,
    Dropped,
    Expired,
    Refused,
    Settled,
    Submitted,
)

ACCOUNT_LIMIT, NO_RATE, ENDED = "account_limit", "no_rate", "ended"

# What giving back does, by the state of the payment. Nothing there yet: a tombstone.
GIVE_BACK: dict[str | None, type[Voided] | type[Refunded]] = {
    None: Voided,
    "authorised": Voided,
    "captured": Refunded,
}

Ending = Dropped | Refused | Expired
Item = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """Money that a flow needs: for these items, all together or each for itself."""

    registration: str
    student: int
    programme: str
    items: tuple[Asked, ...]
    all_or_none: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A payment as it stands."""

    state: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """Fees, what each account has left, and payments, as they are read under the account locks."""

    per_credit: Mapping[str, int]
    available: Mapping[int, int]
    payments: Mapping[Item, Held] = field(default_factory=dict)


def payment_request(root: Fact, facts: Sequence[Fact]) -> PaymentRequest | None:
    """What a flow needs; None where nothing is seated, or nothing is decided yet."""
    if isinstance(root, Submitted):
        decided = next((fact for fact in facts if isinstance(fact, SeatsDecided)), None)
        return _request_of_submission(root, decided) if decided else None
    considered = next((fact for fact in facts if isinstance(fact, Considered)), None)
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


def _request_of_offer(considered: Considered) -> PaymentRequest | None:
    if considered.outcome != "offered":
        return None
    asked = Asked(section=considered.section, module="", credits=considered.credits)
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


def _granted(items: Iterable[Charge]) -> int:
    return sum([item.amount for item in items if item.outcome == "authorised"])


def _decide(request: PaymentRequest, snapshot: AccountSnapshot, available: int) -> list[Charge]:
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
            items.append(_declined(item, amount, ENDED))
        elif is_too_much or not _fits(amount, available):
            items.append(_declined(item, amount, ACCOUNT_LIMIT))
        else:
            items.append(Charge(section=item.section, amount=amount))
            available -= amount
    return items


def _sum_of_open(request: PaymentRequest, per_credit: int, snapshot: AccountSnapshot) -> int:
    return sum(
        fee(credits=item.credits, per_credit=per_credit)
        for item in request.items
        if not _is_over(item, request, snapshot)
    )


def _is_over(item: Asked, request: PaymentRequest, snapshot: AccountSnapshot) -> bool:
    """A payment that is there before its authorisation is a tombstone."""
    return (request.registration, item.section) in snapshot.payments


def _fits(amount: int, available: int) -> bool:
    """What costs nothing always fits, even where the limit was lowered below what is owed."""
    return amount == 0 or amount <= available


def _declined(item: Asked, amount: int, code: str) -> Charge:
    return Charge(section=item.section, amount=amount, outcome="declined", code=code)


def capture(settled: Settled, snapshot: AccountSnapshot) -> Captured | None:
    """Charge what was authorised for the confirmed items; None where nothing is."""
    items = tuple(
        Amount(section=item.section, amount=held.amount)
        for item in settled.items
        if item.state == "confirmed"
        and (held := snapshot.payments.get((settled.registration, item.section)))
        and held.state == "authorised"
    )
    if not items:
        return None
    return Captured(registration=settled.registration, student=settled.student, items=items)


def give_back(ended: Ending, snapshot: AccountSnapshot) -> list[Voided | Refunded]:
    """Undo the money of items that are over, by the state each payment is in. Who drops after the
    refund deadline has nothing of what was charged paid back."""
    is_refunded = not isinstance(ended, Dropped) or ended.refund_percent > 0
    undone: dict[type[Voided] | type[Refunded], list[Amount]] = {}
    for item in ended.items:
        held = snapshot.payments.get((ended.registration, item.section))
        kind = GIVE_BACK.get(held.state if held else None)
        if kind and (is_refunded or kind is Voided):
            amount = Amount(section=item.section, amount=held.amount if held else 0)
            undone.setdefault(kind, []).append(amount)
    return [
        kind(registration=ended.registration, student=ended.student, items=tuple(items))
        for kind, items in undone.items()
    ]


def money(amount: int) -> str:
    """An amount as people read it: 1,234.50."""
    return f"{amount / 100:,.2f}"
