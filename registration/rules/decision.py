"""The verdict: what each item of a flow becomes, from what the seats and the money said."""

from collections.abc import Sequence
from dataclasses import dataclass

ENDED = ("refused", "dropped", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutcomes:
    """One item before its verdict.

    `state` is the item's own, `seat` what its turn in line gave (seated, waitlisted or refused),
    `money` what payments said (authorised, declined or ""), each refusal with its code.
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
        """Where it stood before the verdict, in the words of the design."""
        if self.seat == "seated" and self.money == "authorised":
            return "authorised"
        return self.seat


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDecision:
    """What an item becomes; `undo` says that a seat, a place or money has to go back."""

    section: int
    state: str
    was: str
    code: str = ""
    needs_compensation: bool = False


def decide_item(item: ItemOutcomes) -> ItemDecision:
    """The verdict on one item that stands for itself."""
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
    """The findings for every item that still waits for one, in the order given.

    Mode `all`: where any item is refused, or ended without its student's wish, all are.
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
