"""The decision: what each item of a flow becomes, given its seat and payment outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass

from project.events.reasons import Reason
from project.events.vocabulary import (
    ENDED_STATES,
    AuthorisationOutcome,
    ItemState,
    Mode,
    SeatOutcome,
)

TAKEN = (SeatOutcome.SEATED, SeatOutcome.WAITLISTED)
SPOILING = (ItemState.REFUSED, ItemState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutcomes:
    """One item before its decision.

    `state` is the item's own, `seat` the outcome of the allocation, `money` that of the payment;
    a refusal has its code.
    """

    section: int
    state: ItemState
    seat: SeatOutcome
    seat_code: Reason | None = None
    money: AuthorisationOutcome | None = None
    money_code: Reason | None = None
    drop_requested: bool = False

    @property
    def was(self) -> ItemState:
        """The step it had reached before the decision; it determines the compensation."""
        if self.seat == SeatOutcome.SEATED and self.money == AuthorisationOutcome.AUTHORISED:
            return ItemState.AUTHORISED
        return ItemState(self.seat)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDecision:
    """What an item becomes. `needs_compensation`: a seat, a waitlist entry or money was taken."""

    section: int
    state: ItemState
    was: ItemState
    code: Reason | None = None
    needs_compensation: bool = False


def decide_item(item: ItemOutcomes) -> ItemDecision:
    """Decide one item on its own."""
    if item.seat not in TAKEN:
        return _refused(item, item.seat_code)
    if item.drop_requested:
        return ItemDecision(
            section=item.section,
            state=ItemState.DROPPED,
            was=item.was,
            code=Reason.DROP_REQUESTED,
            needs_compensation=True,
        )
    if item.seat == SeatOutcome.WAITLISTED:
        return ItemDecision(section=item.section, state=ItemState.WAITLISTED, was=item.was)
    if item.money == AuthorisationOutcome.DECLINED:
        return _refused(item, item.money_code)
    return ItemDecision(section=item.section, state=ItemState.CONFIRMED, was=item.was)


def _refused(item: ItemOutcomes, code: Reason | None) -> ItemDecision:
    return ItemDecision(
        section=item.section,
        state=ItemState.REFUSED,
        was=item.was,
        code=code,
        needs_compensation=item.seat in TAKEN,
    )


def decide_items(*, mode: Mode, items: Sequence[ItemOutcomes]) -> list[ItemDecision]:
    """Decide every item that has not ended, in the order given.

    Mode `all`: if any item is refused, or expired, all are refused.
    """
    waiting = [item for item in items if item.state not in ENDED_STATES]
    decisions = [decide_item(item) for item in waiting]
    states = {*(item.state for item in items), *(decision.state for decision in decisions)}
    if mode == Mode.ALL and not states.isdisjoint(SPOILING):
        return [_refuse_with_the_others(*pair) for pair in zip(waiting, decisions, strict=True)]
    return decisions


def _refuse_with_the_others(item: ItemOutcomes, decision: ItemDecision) -> ItemDecision:
    return decision if decision.state in ENDED_STATES else _refused(item, Reason.ALL_OR_NOTHING)
