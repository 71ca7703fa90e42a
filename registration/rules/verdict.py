"""The verdict: what each item of a flow becomes, from what the seats and the money said."""

from collections.abc import Sequence
from dataclasses import dataclass

ENDED = ("refused", "dropped", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One item before its verdict.

    `state` is the item's own, `seat` what its turn in line gave (seated, queued or refused),
    `money` what payments said (authorised, declined or ""), each refusal with its code.
    """

    section: int
    state: str
    seat: str
    seat_code: str = ""
    money: str = ""
    money_code: str = ""
    wished: bool = False

    @property
    def was(self) -> str:
        """Where it stood before the verdict, in the words of the design."""
        if self.seat == "seated" and self.money == "authorised":
            return "authorised"
        return self.seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an item becomes; `undo` says that a seat, a place or money has to go back."""

    section: int
    state: str
    was: str
    code: str = ""
    undo: bool = False


def item_finding(item: Evidence) -> Finding:
    """The verdict on one item that stands for itself."""
    taken = item.seat in ("seated", "queued")
    if not taken:
        return _refused(item, item.seat_code)
    if item.wished:
        return Finding(
            section=item.section, state="dropped", was=item.was, code="wished", undo=True
        )
    if item.seat == "queued":
        return Finding(section=item.section, state="queued", was=item.was)
    if item.money == "declined":
        return _refused(item, item.money_code)
    return Finding(section=item.section, state="confirmed", was=item.was)


def _refused(item: Evidence, code: str) -> Finding:
    undo = item.seat in ("seated", "queued")
    return Finding(section=item.section, state="refused", was=item.was, code=code, undo=undo)


def verdict(*, mode: str, items: Sequence[Evidence]) -> list[Finding]:
    """The findings for every item that still waits for one, in the order given.

    Mode `all`: where any item is refused, or ended without its student's wish, all are.
    """
    waiting = [item for item in items if item.state not in ENDED]
    findings = [item_finding(item) for item in waiting]
    spoiled = any(item.state in ("refused", "expired") for item in items)
    if mode == "all" and (spoiled or any(found.state == "refused" for found in findings)):
        return [_with_the_others(*pair) for pair in zip(waiting, findings, strict=True)]
    return findings


def _with_the_others(item: Evidence, found: Finding) -> Finding:
    return found if found.state in ("refused", "dropped") else _refused(item, "together")
