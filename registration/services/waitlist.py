"""The step `evaluate`: a seat came free, and it is this waitlisted student's turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from project.bus.store import FlowHistory, append, load_flows
from project.events.base import Event
from project.events.modules import SeatOffered
from project.events.registration import OfferEvaluated, PassedOver
from project.live import push
from registration.rules.eligibility import (
    MAY_CHANGE,
    EligibilityContext,
    RequestedSection,
    Stage,
    check_eligibility,
)
from registration.selectors.items import CurrentStudent, LiveItem, load_live_items, load_students
from registration.services.student_locks import students_lock

DECIDED = ("confirmed",)
SCHEDULE = ("pending", "offered", *DECIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferContext:
    """A seat on offer, the item that waits for it (if it still lives), and its student as they are
    at this moment. `live` is shared by the student's turns: what one is offered, the next one has.
    """

    flow_id: int
    at: datetime
    offer: SeatOffered
    item: LiveItem | None
    live: list[LiveItem]
    student: CurrentStudent


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDecision:
    """What comes of a turn: offered, passed_over or refused, and why."""

    outcome: str
    code: str = ""


def waitlist_offers_evaluate(*, flow_ids: Sequence[int]) -> list[int]:
    """Judge every turn by the student's schedule of this moment, under the student lock.

    Returns the flows that come too early: their registration has no answer yet, so whether the
    student queues at all is still open; or what stands in the way has none. Safe to run again.
    """
    judged = [(turn, _evaluate(turn)) for turn in _offers(flow_ids)]
    events = [pair for turn, decision in judged if decision for pair in _events(turn, decision)]
    append([event for event, _ in events], flow_ids=[flow_id for _, flow_id in events])
    push.push_events(event for event, _ in events)
    return [turn.flow_id for turn, decision in judged if decision is None]


def _offers(flow_ids: Sequence[int]) -> Iterator[OfferContext]:
    """In line order, as they are to be judged: one after another."""
    stories_open = [flow for flow in load_flows(flow_ids).values() if not flow.find(OfferEvaluated)]
    students = sorted({_offer(flow).student for flow in stories_open})
    students_lock(students)
    live = {student: list(items) for student, items in load_live_items(students).items()}
    now = load_students(students)
    for flow in stories_open:
        offer = _offer(flow)
        items = live.setdefault(offer.student, [])
        yield OfferContext(
            flow_id=flow.flow_id,
            at=flow.recorded_at,
            offer=offer,
            item=_item(offer, items),
            live=items,
            student=now[offer.student],
        )


def _offer(flow: FlowHistory) -> SeatOffered:
    if not isinstance(flow.trigger, SeatOffered):
        raise TypeError(f"{flow.trigger.type} is no offer")
    return flow.trigger


def _item(offer: SeatOffered, live: Sequence[LiveItem]) -> LiveItem | None:
    for item in live:
        if item.entry.section == offer.section and item.registration == offer.registration:
            return item
    return None


def _evaluate(turn: OfferContext) -> OfferDecision | None:
    """None where it is too early to say."""
    item = turn.item
    if item is not None and item.state == "pending":
        return None
    if item is None or item.state != "waitlisted":
        return OfferDecision(outcome="refused", code="already_over")
    if not _violation(turn, item, SCHEDULE):
        turn.live[turn.live.index(item)] = replace(item, state="offered")
        return OfferDecision(outcome="offered")
    # What is not decided yet may come to nothing: nobody loses a seat to it.
    code = _violation(turn, item, DECIDED)
    if not code:
        return None
    return OfferDecision(outcome="passed_over" if code in MAY_CHANGE else "refused", code=code)


def _violation(turn: OfferContext, item: LiveItem, states: Sequence[str]) -> str:
    """The weightiest rule that forbids the seat, if what is in these `states` counts."""
    entry = item.entry
    offered = RequestedSection(
        section=entry.section,
        term=item.term,
        module=entry.module,
        credits=entry.credits,
        intervals=entry.intervals,
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


def _events(turn: OfferContext, decision: OfferDecision) -> Iterator[tuple[Event, int | None]]:
    """What is said, each with its flow. The seat of who is passed over goes back at once: whatever
    the student changes from here on comes after that in line, and has it offered again."""
    offer, code = turn.offer, decision.code
    considered = OfferEvaluated(
        registration=offer.registration,
        student=offer.student,
        programme=turn.student.programme,
        section=offer.section,
        credits=turn.item.entry.credits if turn.item else 0,
        outcome=decision.outcome,
        code=code,
    )
    yield considered, turn.flow_id
    if decision.outcome == "passed_over":
        passed_over = PassedOver(
            registration=offer.registration,
            student=offer.student,
            section=offer.section,
            code=code,
        )
        yield passed_over, None
