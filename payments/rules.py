"""What is charged, declined, captured and given back. Pure: facts and rows in, facts out."""

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
class Wanted:
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


@dataclass(slots=True, kw_only=True)
class Purse:
    """What is known under the locks. `room` shrinks while a batch is charged in line order."""

    per_credit: Mapping[str, int]
    room: dict[int, int]
    payments: Mapping[Item, Held] = field(default_factory=dict)


def wanted(root: Fact, facts: Sequence[Fact]) -> Wanted | None:
    """What a flow needs; None where nothing is seated, or nothing is decided yet."""
    if isinstance(root, Submitted):
        decided = next((fact for fact in facts if isinstance(fact, SeatsDecided)), None)
        return _wanted_by_submission(root, decided) if decided else None
    considered = next((fact for fact in facts if isinstance(fact, Considered)), None)
    return _wanted_by_offer(considered) if considered else None


def _wanted_by_submission(submitted: Submitted, decided: SeatsDecided) -> Wanted | None:
    seated = {item.section for item in decided.items if item.outcome == "seated"}
    if not seated:
        return None
    return Wanted(
        registration=submitted.registration,
        student=submitted.student,
        programme=submitted.programme,
        items=tuple(item for item in submitted.items if item.section in seated),
        all_or_none=submitted.mode == "all",
    )


def _wanted_by_offer(considered: Considered) -> Wanted | None:
    if considered.outcome != "offered":
        return None
    asked = Asked(section=considered.section, module="", credits=considered.credits)
    return Wanted(
        registration=considered.registration,
        student=considered.student,
        programme=considered.programme,
        items=(asked,),
    )


def fee(*, credits: int, per_credit: int) -> int:
    """The fee of one item, in minor units."""
    return credits * per_credit


def charge(want: Wanted, purse: Purse) -> Authorised:
    """Decide on every item in the order asked for, and take what is granted from the purse."""
    per_credit = purse.per_credit.get(want.programme)
    if per_credit is None:
        return _authorised(want, [_declined(item, 0, NO_RATE) for item in want.items])
    if want.all_or_none and not _fits(_sum_of_open(want, per_credit, purse), want, purse):
        return _authorised(
            want, [_refuse_open(item, want, per_credit, purse) for item in want.items]
        )
    return _authorised(want, [_charge_one(item, want, per_credit, purse) for item in want.items])


def _authorised(want: Wanted, items: Iterable[Charge]) -> Authorised:
    return Authorised(registration=want.registration, student=want.student, items=tuple(items))


def _sum_of_open(want: Wanted, per_credit: int, purse: Purse) -> int:
    return sum(
        fee(credits=item.credits, per_credit=per_credit)
        for item in want.items
        if not _is_over(item, want, purse)
    )


def _is_over(item: Asked, want: Wanted, purse: Purse) -> bool:
    """A payment that is there before its authorisation is a tombstone."""
    return (want.registration, item.section) in purse.payments


def _fits(amount: int, want: Wanted, purse: Purse) -> bool:
    """What costs nothing always fits, even where the limit was lowered below what is owed."""
    return amount == 0 or amount <= purse.room.get(want.student, 0)


def _refuse_open(item: Asked, want: Wanted, per_credit: int, purse: Purse) -> Charge:
    over = _is_over(item, want, purse)
    amount = fee(credits=item.credits, per_credit=per_credit)
    return _declined(item, amount, ENDED if over else ACCOUNT_LIMIT)


def _charge_one(item: Asked, want: Wanted, per_credit: int, purse: Purse) -> Charge:
    amount = fee(credits=item.credits, per_credit=per_credit)
    if _is_over(item, want, purse) or not _fits(amount, want, purse):
        return _refuse_open(item, want, per_credit, purse)
    purse.room[want.student] = purse.room.get(want.student, 0) - amount
    return Charge(section=item.section, amount=amount)


def _declined(item: Asked, amount: int, code: str) -> Charge:
    return Charge(section=item.section, amount=amount, outcome="declined", code=code)


def capture(settled: Settled, purse: Purse) -> Captured | None:
    """Charge what was authorised for the confirmed items; None where nothing is."""
    items = tuple(
        Amount(section=item.section, amount=held.amount)
        for item in settled.items
        if item.state == "confirmed"
        and (held := purse.payments.get((settled.registration, item.section)))
        and held.state == "authorised"
    )
    if not items:
        return None
    return Captured(registration=settled.registration, student=settled.student, items=items)


def give_back(ended: Ending, purse: Purse) -> list[Voided | Refunded]:
    """Undo the money of items that are over, by the state each payment is in."""
    undone: dict[type[Voided] | type[Refunded], list[Amount]] = {}
    for item in ended.items:
        held = purse.payments.get((ended.registration, item.section))
        kind = GIVE_BACK.get(held.state if held else None)
        if kind:
            amount = Amount(section=item.section, amount=held.amount if held else 0)
            undone.setdefault(kind, []).append(amount)
    return [
        kind(registration=ended.registration, student=ended.student, items=tuple(items))
        for kind, items in undone.items()
    ]


def money(amount: int) -> str:
    """An amount as people read it: 1,234.50."""
    return f"{amount / 100:,.2f}"
