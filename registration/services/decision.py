"""The step `decide`: the decision of a flow, made once."""

from collections.abc import Iterator, Mapping, Sequence

from project.bus.store import FlowHistory, append, load_flows
from project.events.base import Event
from project.events.modules import SeatOffered, SeatsDecided
from project.events.payments import Authorised
from project.events.reasons import Reason
from project.events.registration import (
    Decided,
    DecidedItem,
    Dropped,
    EndedItem,
    OfferEvaluated,
    Refused,
    Submitted,
)
from project.events.vocabulary import (
    AuthorisationOutcome,
    ItemState,
    Mode,
    OfferOutcome,
    SeatOutcome,
)
from project.live import push
from registration.rules.decision import ItemDecision, ItemOutcomes, decide_items
from registration.selectors.items import CurrentItem, load_items
from registration.services.student_locks import students_lock

Trigger = Submitted | SeatOffered
Items = Sequence[CurrentItem]
OFFERABLE = (ItemState.WAITLISTED, ItemState.OFFERED)


def registrations_decide(*, flow_ids: Sequence[int]) -> list[int]:
    """Decide every flow whose outcomes are all known; returns the flows that must wait.

    Safe to run again: items already decided, dropped or expired are left alone.
    """
    flows = load_flows(flow_ids)
    ready = [flow for flow in flows.values() if _is_ready(flow)]
    students_lock(_trigger(flow).student for flow in ready)
    items = load_items({_trigger(flow).registration for flow in ready})
    _append_decisions(ready, items)
    missing = set(flow_ids) - {flow.flow_id for flow in ready}
    return [flow_id for flow_id in flow_ids if flow_id in missing]


def _is_ready(flow: FlowHistory) -> bool:
    """Whether the seats (or the offer) are decided, and the payment where a seat was taken."""
    if isinstance(flow.trigger, SeatOffered):
        evaluated = flow.find(OfferEvaluated)
        needs_money = evaluated is not None and evaluated.outcome == OfferOutcome.OFFERED
    else:
        seats = flow.find(SeatsDecided)
        if seats is None:
            return False
        evaluated = None
        needs_money = any(item.outcome == SeatOutcome.SEATED for item in seats.items)
    if isinstance(flow.trigger, SeatOffered) and evaluated is None:
        return False
    return not needs_money or flow.find(Authorised) is not None


def _trigger(flow: FlowHistory) -> Trigger:
    if not isinstance(flow.trigger, Submitted | SeatOffered):
        raise TypeError(f"{flow.trigger.type} is not decided")
    return flow.trigger


def _append_decisions(ready: Sequence[FlowHistory], items: Mapping[str, Items]) -> None:
    events: list[Event] = []
    flow_ids: list[int | None] = []
    for flow in ready:
        for event in _events_of(flow, items.get(_trigger(flow).registration, ())):
            events.append(event)
            flow_ids.append(flow.flow_id if isinstance(event, Decided) else None)
    append(events, flow_ids=flow_ids)
    push.push_events(events)


def _events_of(flow: FlowHistory, items: Items) -> Iterator[Event]:
    decisions = _decisions(flow, items)
    if not decisions or flow.find(Decided) is not None:
        return
    root = _trigger(flow)
    registration, student = root.registration, root.student
    decided_items = tuple(_decided_item(decision) for decision in decisions)
    yield Decided(registration=registration, student=student, items=decided_items)
    refused = tuple(
        _ended(decision) for decision in decisions if _is_compensated(decision, ItemState.REFUSED)
    )
    if refused:
        yield Refused(registration=registration, student=student, items=refused)
    dropped = tuple(
        _ended(decision) for decision in decisions if _is_compensated(decision, ItemState.DROPPED)
    )
    if dropped:
        yield Dropped(registration=registration, student=student, items=dropped)


def _decisions(flow: FlowHistory, items: Items) -> list[ItemDecision]:
    if isinstance(flow.trigger, SeatOffered):
        # Once waitlisted, an item is decided on its own, whatever the mode was.
        return decide_items(mode=Mode.ANY, items=_outcomes_of_offer(flow, flow.trigger, items))
    waiting = any(item.state == ItemState.PENDING for item in items)
    return decide_items(mode=items[0].mode, items=_outcomes(flow, items)) if waiting else []


def _outcomes(flow: FlowHistory, items: Items) -> list[ItemOutcomes]:
    decided = flow.find(SeatsDecided)
    money = flow.find(Authorised)
    seats = {item.section: item for item in decided.items} if decided else {}
    charges = {item.section: item for item in money.items} if money else {}
    outcomes = []
    for item in items:
        seat = seats[item.section]
        charge = charges.get(item.section)
        if (
            charge is None
            and seat.outcome == SeatOutcome.SEATED
            and item.state == ItemState.PENDING
        ):
            raise LookupError(f"no payment outcome for section {item.section}")
        outcomes.append(
            ItemOutcomes(
                section=item.section,
                state=item.state,
                seat=seat.outcome,
                seat_code=seat.code,
                money=charge.outcome if charge else None,
                money_code=charge.code if charge else None,
                drop_requested=item.drop_requested,
            )
        )
    return outcomes


def _outcomes_of_offer(flow: FlowHistory, offer: SeatOffered, items: Items) -> list[ItemOutcomes]:
    item = next((item for item in items if item.section == offer.section), None)
    if item is None or item.state not in OFFERABLE or _is_passed_over(flow):
        return []
    outcome, code = _money_of_offer(flow, offer)
    return [
        ItemOutcomes(
            section=item.section,
            state=item.state,
            seat=SeatOutcome.SEATED,
            money=outcome,
            money_code=code,
            drop_requested=item.drop_requested,
        )
    ]


def _is_passed_over(flow: FlowHistory) -> bool:
    """Whether the item stays waitlisted: its next offer may already have been made."""
    evaluated = flow.find(OfferEvaluated)
    return evaluated is not None and evaluated.outcome == OfferOutcome.PASSED_OVER


def _money_of_offer(
    flow: FlowHistory, offer: SeatOffered
) -> tuple[AuthorisationOutcome, Reason | None]:
    evaluated = flow.find(OfferEvaluated)
    if evaluated is not None and evaluated.outcome == OfferOutcome.REFUSED:
        return AuthorisationOutcome.DECLINED, evaluated.code
    money = flow.find(Authorised)
    charges = {item.section: item for item in money.items} if money else {}
    charge = charges[offer.section]
    return charge.outcome, charge.code


def _decided_item(decision: ItemDecision) -> DecidedItem:
    return DecidedItem(section=decision.section, state=decision.state, code=decision.code)


def _is_compensated(decision: ItemDecision, state: ItemState) -> bool:
    return decision.needs_compensation and decision.state == state


def _ended(decision: ItemDecision) -> EndedItem:
    return EndedItem(section=decision.section, was=decision.was, code=decision.code)
