"""The step `consider`: a seat came free, and it is this queued student's turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from project import live_news
from project.bus.store import Story, append, stories
from project.messages.fact import Fact
from project.messages.modules import SeatOffered
from project.messages.registration import Considered, PassedOver
from registration.rules.eligibility import (
    MAY_CHANGE,
    EligibilityContext,
    RequestedSection,
    Stage,
    check_eligibility,
)
from registration.selectors.items import LiveItem, StudentNow, items_live, students_now
from registration.services.locking import students_lock

DECIDED = ("confirmed",)
SCHEDULE = ("pending", "offered", *DECIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A seat on offer, the item that waits for it (if it still lives), and its student as they are
    at this moment. `live` is shared by the student's turns: what one is offered, the next one has.
    """

    cause: int
    at: datetime
    offer: SeatOffered
    item: LiveItem | None
    live: list[LiveItem]
    student: StudentNow


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What comes of a turn: offered, passed_over or refused, and why."""

    outcome: str
    code: str = ""


def offers_consider(*, causes: Sequence[int]) -> list[int]:
    """Judge every turn by the student's schedule of this moment, under the student lock.

    Returns the causes that come too early: their registration has no answer yet, so whether the
    student queues at all is still open; or what stands in the way has none. Safe to run again.
    """
    judged = [(turn, _judge(turn)) for turn in _turns(causes)]
    facts = [pair for turn, judgement in judged if judgement for pair in _facts(turn, judgement)]
    append([fact for fact, _ in facts], causes=[cause for _, cause in facts])
    live_news.tell(fact for fact, _ in facts)
    return [turn.cause for turn, judgement in judged if judgement is None]


def _turns(causes: Sequence[int]) -> Iterator[Turn]:
    """In line order, as they are to be judged: one after another."""
    stories_open = [story for story in stories(causes).values() if not story.first(Considered)]
    students = sorted({_offer(story).student for story in stories_open})
    students_lock(students)
    live = {student: list(items) for student, items in items_live(students).items()}
    now = students_now(students)
    for story in stories_open:
        offer = _offer(story)
        items = live.setdefault(offer.student, [])
        yield Turn(
            cause=story.cause,
            at=story.recorded_at,
            offer=offer,
            item=_item(offer, items),
            live=items,
            student=now[offer.student],
        )


def _offer(story: Story) -> SeatOffered:
    if not isinstance(story.root, SeatOffered):
        raise TypeError(f"{story.root.type} is no offer")
    return story.root


def _item(offer: SeatOffered, live: Sequence[LiveItem]) -> LiveItem | None:
    for item in live:
        if item.entry.section == offer.section and item.registration == offer.registration:
            return item
    return None


def _judge(turn: Turn) -> Judgement | None:
    """None where it is too early to say."""
    item = turn.item
    if item is not None and item.state == "pending":
        return None
    if item is None or item.state != "queued":
        return Judgement(outcome="refused", code="ended")
    if not _violation(turn, item, SCHEDULE):
        turn.live[turn.live.index(item)] = replace(item, state="offered")
        return Judgement(outcome="offered")
    # What is not decided yet may come to nothing: nobody loses a seat to it.
    code = _violation(turn, item, DECIDED)
    if not code:
        return None
    return Judgement(outcome="passed_over" if code in MAY_CHANGE else "refused", code=code)


def _violation(turn: Turn, item: LiveItem, states: Sequence[str]) -> str:
    """The weightiest rule that forbids the seat, if what is in these `states` counts."""
    entry = item.entry
    offered = RequestedSection(
        section=entry.section,
        term=item.term,
        module=entry.module,
        credits=entry.credits,
        slots=entry.slots,
        open=item.is_open,
    )
    schedule = [other.entry for other in turn.live if _counts(other, item.term, states)]
    context = EligibilityContext(
        now=turn.at,
        asked=(entry.section,),
        requested=(offered,),
        credit_limit=turn.student.credit_limit,
        is_active=turn.student.is_active,
        blocks=turn.student.blocks,
        schedule=tuple(schedule),
    )
    violations = check_eligibility(context, Stage.OFFER)
    return violations[0].code if violations else ""


def _counts(item: LiveItem, term: int, states: Sequence[str]) -> bool:
    return item.term == term and item.state in states


def _facts(turn: Turn, judgement: Judgement) -> Iterator[tuple[Fact, int | None]]:
    """What is said, each with its cause. The seat of who is passed over goes back at once: whatever
    the student changes from here on comes after that in line, and has it offered again."""
    offer, code = turn.offer, judgement.code
    considered = Considered(
        registration=offer.registration,
        student=offer.student,
        programme=turn.student.programme,
        section=offer.section,
        credits=turn.item.entry.credits if turn.item else 0,
        outcome=judgement.outcome,
        code=code,
    )
    yield considered, turn.cause
    if judgement.outcome == "passed_over":
        passed_over = PassedOver(
            registration=offer.registration,
            student=offer.student,
            section=offer.section,
            code=code,
        )
        yield passed_over, None
