"""The job `expire`: release seats whose registration was not decided in time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction

from project.bus import locks
from project.bus.store import FlowHistory, append, load_flows
from project.events.modules import SeatsDecided
from project.events.reasons import Reason
from project.events.registration import Decided, EndedItem, Expired
from project.events.vocabulary import ItemState, SeatOutcome
from project.live import push
from registration.selectors.items import OverdueItem, load_items, load_overdue_items
from registration.services.student_locks import students_try_lock

AT_MOST = 500


def items_expire() -> int:
    """Expire items that have held a seat without a decision for longer than the deadline.

    Measured by the database's clock from the moment the seat was assigned. A concurrent decision
    holds the student lock, so states are read again under it. Students whose lock stays held (by a
    forgotten transaction, say) are left to the next run. Returns the number of expired items.
    """
    with transaction.atomic():
        locks.wait_at_most(locks.PATIENT_MS)
        overdue = load_overdue_items(seconds=settings.DECISION_DEADLINE_SECONDS, at_most=AT_MOST)
        seated = _seated(overdue, load_flows(sorted({item.event_id for item in overdue})))
        free = students_try_lock(item.student for item in seated)
        still = _still_waiting([item for item in seated if item.student in free])
        expired = _expiries(still)
        append(expired)
        push.push_events(expired)
        return len(still)


def _seated(overdue: Sequence[OverdueItem], flows: Mapping[int, FlowHistory]) -> list[OverdueItem]:
    return [item for item in overdue if _has_seat(item, flows[item.event_id])]


def _has_seat(item: OverdueItem, flow: FlowHistory) -> bool:
    """An offered item has a seat; a pending one if it was seated longer ago than the deadline."""
    if item.state == ItemState.OFFERED:
        return True
    if flow.find(Decided) is not None:
        return False
    return any(
        at < item.cutoff
        and decision.section == item.section
        and decision.outcome == SeatOutcome.SEATED
        for event, at in zip(flow.events, flow.times, strict=True)
        if isinstance(event, SeatsDecided)
        for decision in event.items
    )


def _still_waiting(seated: Sequence[OverdueItem]) -> list[OverdueItem]:
    now = load_items({item.registration for item in seated})
    states = {
        (registration, item.section): item.state
        for registration, items in now.items()
        for item in items
    }
    return [item for item in seated if states[item.registration, item.section] == item.state]


def _expiries(still: Sequence[OverdueItem]) -> list[Expired]:
    by_registration: dict[tuple[str, int], list[EndedItem]] = defaultdict(list)
    for item in still:
        was = ItemState.OFFERED if item.state == ItemState.OFFERED else ItemState.SEATED
        ended = EndedItem(section=item.section, was=was, code=Reason.NOT_DECIDED_IN_TIME)
        by_registration[item.registration, item.student].append(ended)
    return [
        Expired(registration=registration, student=student, items=tuple(items))
        for (registration, student), items in by_registration.items()
    ]
