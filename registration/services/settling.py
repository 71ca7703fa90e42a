"""The step `settle`: the answer of a flow, once."""

from collections.abc import Iterator, Mapping, Sequence

from project import live_news
from project.bus.store import Story, append, stories
from project.messages.fact import Fact
from project.messages.modules import SeatOffered, SeatsDecided
from project.messages.payments import Authorised
from project.messages.registration import (
    Considered,
    Dropped,
    Ended,
    Refused,
    Settled,
    Submitted,
    Verdict,
)
from registration.rules.verdict import Evidence, Finding, verdict
from registration.selectors.items import ItemNow, items_now
from registration.services.locking import students_lock

Root = Submitted | SeatOffered
Items = Sequence[ItemNow]


def registrations_settle(*, causes: Sequence[int]) -> list[int]:
    """Answer every flow that has what its answer needs; returns the causes that still lack it.

    Safe to run again: what is answered, dropped or expired already is left alone.
    """
    told = stories(causes)
    ready = [story for story in told.values() if _is_ready(story)]
    students_lock(_root(story).student for story in ready)
    items = items_now({_root(story).registration for story in ready})
    _append_answers(ready, items)
    missing = set(causes) - {story.cause for story in ready}
    return [cause for cause in causes if cause in missing]


def _is_ready(story: Story) -> bool:
    """Seats (or the turn) are decided, and money where a seat was taken."""
    if isinstance(story.root, SeatOffered):
        turn = story.first(Considered)
        needs_money = turn is not None and turn.outcome == "offered"
    else:
        seats = story.first(SeatsDecided)
        if seats is None:
            return False
        turn = None
        needs_money = any(item.outcome == "seated" for item in seats.items)
    if isinstance(story.root, SeatOffered) and turn is None:
        return False
    return not needs_money or story.first(Authorised) is not None


def _root(story: Story) -> Root:
    if not isinstance(story.root, Submitted | SeatOffered):
        raise TypeError(f"{story.root.type} is not settled")
    return story.root


def _append_answers(ready: Sequence[Story], items: Mapping[str, Items]) -> None:
    facts: list[Fact] = []
    causes: list[int | None] = []
    for story in ready:
        for fact in _answer(story, items.get(_root(story).registration, ())):
            facts.append(fact)
            causes.append(story.cause if isinstance(fact, Settled) else None)
    append(facts, causes=causes)
    live_news.tell(facts)


def _answer(story: Story, items: Items) -> Iterator[Fact]:
    findings = _findings(story, items)
    if not findings or story.first(Settled) is not None:
        return
    root = _root(story)
    registration, student = root.registration, root.student
    verdicts = tuple(_verdict(found) for found in findings)
    yield Settled(registration=registration, student=student, items=verdicts)
    refused = tuple(_ended(found) for found in findings if _is_undone(found, "refused"))
    if refused:
        yield Refused(registration=registration, student=student, items=refused)
    dropped = tuple(_ended(found) for found in findings if _is_undone(found, "dropped"))
    if dropped:
        yield Dropped(registration=registration, student=student, items=dropped)


def _findings(story: Story, items: Items) -> list[Finding]:
    if isinstance(story.root, SeatOffered):
        # A queued item lives alone from the moment it was queued, whatever the mode was.
        return verdict(mode="any", items=_evidence_of_offer(story, story.root, items))
    waiting = any(item.state == "pending" for item in items)
    return verdict(mode=items[0].mode, items=_evidence(story, items)) if waiting else []


def _evidence(story: Story, items: Items) -> list[Evidence]:
    decided = story.first(SeatsDecided)
    money = story.first(Authorised)
    seats = {item.section: item for item in decided.items} if decided else {}
    charges = {item.section: item for item in money.items} if money else {}
    evidence = []
    for item in items:
        seat = seats[item.section]
        charge = charges.get(item.section)
        if charge is None and seat.outcome == "seated" and item.state == "pending":
            raise LookupError(f"no word on money for section {item.section}")
        evidence.append(
            Evidence(
                section=item.section,
                state=item.state,
                seat=seat.outcome,
                seat_code=seat.code,
                money=charge.outcome if charge else "",
                money_code=charge.code if charge else "",
                wished=item.wished,
            )
        )
    return evidence


def _evidence_of_offer(story: Story, offer: SeatOffered, items: Items) -> list[Evidence]:
    item = next((item for item in items if item.section == offer.section), None)
    if item is None or item.state not in ("queued", "offered") or _is_passed_over(story):
        return []
    outcome, code = _money_of_offer(story, offer)
    return [
        Evidence(
            section=item.section,
            state=item.state,
            seat="seated",
            money=outcome,
            money_code=code,
            wished=item.wished,
        )
    ]


def _is_passed_over(story: Story) -> bool:
    """Whether the item just waits on: its next turn may have come by now."""
    turn = story.first(Considered)
    return turn is not None and turn.outcome == "passed_over"


def _money_of_offer(story: Story, offer: SeatOffered) -> tuple[str, str]:
    turn = story.first(Considered)
    if turn is not None and turn.outcome == "refused":
        return "declined", turn.code
    money = story.first(Authorised)
    charges = {item.section: item for item in money.items} if money else {}
    charge = charges[offer.section]
    return charge.outcome, charge.code


def _verdict(found: Finding) -> Verdict:
    return Verdict(section=found.section, state=found.state, code=found.code)


def _is_undone(found: Finding, state: str) -> bool:
    return found.undo and found.state == state


def _ended(found: Finding) -> Ended:
    return Ended(section=found.section, was=found.was, code=found.code)
