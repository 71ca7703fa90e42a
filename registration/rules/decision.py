"""The decision: what each item of a flow becomes, given its seat and payment outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass

ENDED = ("refused", "dropped", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutcomes:
    """One item before its decision.

    `state` is the item's own, `seat` the outcome of the allocation (seated, waitlisted or refused),
    `money` that of the payment (authorised, declined or ""); a refusal has its code.
    """

    section: int
    state: str
    seat: str
    seat_code: str = ""
    money: str = ""
    money_code: str = ""
    drop_requested: bool = False

    @property
    def was(self) -> str:
        """The step it had reached before the decision; it determines the compensation."""
        if self.seat == "seated" and self.money == "authorised":
            return "authorised"
        return self.seat


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDecision:
    """What an item becomes. `needs_compensation`: a seat, a waitlist entry or money was taken."""

    section: int
    state: str
    was: str
    code: str = ""
    needs_compensation: bool = False


def decide_item(item: ItemOutcomes) -> ItemDecision:
    """Decide one item on its own."""
    taken = item.seat in ("seated", "waitlisted")
    if not taken:
        return _refused(item, item.seat_code)
    if item.drop_requested:
        return ItemDecision(
            section=item.section,
            state="dropped",
            was=item.was,
            code="drop_requested",
            needs_compensation=True,
        )
    if item.seat == "waitlisted":
        return ItemDecision(section=item.section, state="waitlisted", was=item.was)
    if item.money == "declined":
        return _refused(item, item.money_code)
    return ItemDecision(section=item.section, state="confirmed", was=item.was)


def _refused(item: ItemOutcomes, code: str) -> ItemDecision:
    needs_compensation = item.seat in ("seated", "waitlisted")
    return ItemDecision(
        section=item.section,
        state="refused",
        was=item.was,
        code=code,
        needs_compensation=needs_compensation,
    )


def decide_items(*, mode: str, items: Sequence[ItemOutcomes]) -> list[ItemDecision]:
    """Decide every item that has not ended, in the order given.

    Mode `all`: if any item is refused, or expired, all are refused.
    """
    waiting = [item for item in items if item.state not in ENDED]
    decisions = [decide_item(item) for item in waiting]
    spoiled = any(item.state in ("refused", "expired") for item in items)
    if mode == "all" and (spoiled or any(decision.state == "refused" for decision in decisions)):
        return [_refuse_with_the_others(*pair) for pair in zip(waiting, decisions, strict=True)]
    return decisions


def _refuse_with_the_others(item: ItemOutcomes, decision: ItemDecision) -> ItemDecision:
    return (
        decision if decision.state in ("refused", "dropped") else _refused(item, "all_or_nothing")
    )
