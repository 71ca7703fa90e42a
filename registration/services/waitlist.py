"""The step `evaluate`: check whether a waitlisted student may take the seat offered to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from project.bus.store import FlowHistory, append, load_flows
from project.events.base import Event
from project.events.modules import SeatOffered
from project.events.reasons import Reason
from project.events.registration import OfferEvaluated, PassedOver
from project.events.vocabulary import SCHEDULE_STATES, ItemState, OfferOutcome
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

DECIDED = (ItemState.CONFIRMED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferContext:
    """An offered seat, the waitlisted item it is for (None if it has ended), and its student as
    they are now. `live` is shared by all offers of the student: an item that is offered a seat
    counts when the next offer is evaluated.
    """

    flow_id: int
    at: datetime
    offer: SeatOffered
    item: LiveItem | None
    live: list[LiveItem]
    student: CurrentStudent


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDecision:
    """The outcome of an offer: offered, passed_over or refused, with its code."""

    outcome: OfferOutcome
    code: Reason | None = None


def waitlist_offers_evaluate(*, flow_ids: Sequence[int]) -> list[int]:
    """Evaluate each offer against the student's current schedule, under the student lock.

    Returns the flows to try again later: their registration is undecided, so it is still open
    whether the student is waitlisted at all; or an undecided item conflicts. Safe to run again.
    """
    evaluations = [(context, _evaluate(context)) for context in _offers(flow_ids)]
    events = [
        pair for context, decision in evaluations if decision for pair in _events(context, decision)
    ]
    append([event for event, _ in events], flow_ids=[flow_id for _, flow_id in events])
    push.push_events(event for event, _ in events)
    return [context.flow_id for context, decision in evaluations if decision is None]


def _offers(flow_ids: Sequence[int]) -> Iterator[OfferContext]:
    """Yield the open offers in the order of their events, to be evaluated one after another."""
    open_flows = [flow for flow in load_flows(flow_ids).values() if not flow.find(OfferEvaluated)]
    students = sorted({_offer(flow).student for flow in open_flows})
    students_lock(students)
    live = {student: list(items) for student, items in load_live_items(students).items()}
    now = load_students(students)
    for flow in open_flows:
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


def _evaluate(context: OfferContext) -> OfferDecision | None:
    """None where an undecided item makes it too early to decide."""
    item = context.item
    if item is not None and item.state == ItemState.PENDING:
        return None
    if item is None or item.state != ItemState.WAITLISTED:
        return OfferDecision(outcome=OfferOutcome.REFUSED, code=Reason.ALREADY_OVER)
    if not _violation(context, item, SCHEDULE_STATES):
        context.live[context.live.index(item)] = replace(item, state=ItemState.OFFERED)
        return OfferDecision(outcome=OfferOutcome.OFFERED)
    # An undecided item may still be refused: no offer is lost because of one.
    code = _violation(context, item, DECIDED)
    if not code:
        return None
    outcome = OfferOutcome.PASSED_OVER if code in MAY_CHANGE else OfferOutcome.REFUSED
    return OfferDecision(outcome=outcome, code=code)


def _violation(context: OfferContext, item: LiveItem, states: Sequence[ItemState]) -> Reason | None:
    """The code of the most important violation, counting the items in these `states`."""
    shared = {field.name: getattr(item.entry, field.name) for field in fields(item.entry)}
    offered = RequestedSection(term=item.term, open=item.is_open, **shared)
    schedule = [other.entry for other in context.live if _counts(other, item.term, states)]
    eligibility = EligibilityContext(
        now=context.at,
        asked=(offered.section,),
        requested=(offered,),
        credit_limit_quarters=context.student.credit_limit_quarters,
        is_active=context.student.is_active,
        blocks=context.student.blocks,
        schedule=tuple(schedule),
        teaching=item.teaching,
    )
    violations = check_eligibility(eligibility, Stage.OFFER)
    return violations[0].code if violations else None


def _counts(item: LiveItem, term: int, states: Sequence[ItemState]) -> bool:
    return item.term == term and item.state in states


def _events(context: OfferContext, decision: OfferDecision) -> Iterator[tuple[Event, int | None]]:
    """The events of an offer, each with its flow. The seat of a student who was passed over is
    released at once; any later change of the schedule has a later position and leads to a new
    offer."""
    offer = context.offer
    evaluated = OfferEvaluated(
        registration=offer.registration,
        student=offer.student,
        programme=context.student.programme,
        section=offer.section,
        credit_quarters=context.item.entry.credit_quarters if context.item else 0,
        outcome=decision.outcome,
        code=decision.code,
    )
    yield evaluated, context.flow_id
    if decision.outcome == OfferOutcome.PASSED_OVER and decision.code:
        passed_over = PassedOver(
            registration=offer.registration,
            student=offer.student,
            section=offer.section,
            code=decision.code,
        )
        yield passed_over, None
