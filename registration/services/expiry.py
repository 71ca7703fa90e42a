"""The job `expire`: a seat without an answer does not stay taken for ever."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction

from project.bus import locks
from project.bus.store import FlowHistory, append, load_flows
from project.events.modules import SeatsDecided
from project.events.registration import Decided, EndedItem, Expired
from project.live import push
from registration.selectors.items import OverdueItem, load_items, load_overdue_items
from registration.services.student_locks import students_try_lock

AT_MOST = 500


def items_expire() -> int:
    """Expire items that have had a seat, but no answer, for longer than the deadline.

    By the database's clock, counted from the moment the seat was given. Whoever decides them
    meanwhile holds the student lock: the states are read again behind it. Whose lock somebody holds
    longer, a forgotten transaction say, is left to the job's next run. Returns how many.
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


def _seated(overdue: Sequence[OverdueItem], told: Mapping[int, FlowHistory]) -> list[OverdueItem]:
    return [item for item in overdue if _has_seat(item, told[item.event_id])]


def _has_seat(item: OverdueItem, flow: FlowHistory) -> bool:
    """Offered is seated; a pending item is once the seats' writer has said so long ago."""
    if item.state == "offered":
        return True
    if flow.find(Decided) is not None:
        return False
    return any(
        at < item.line and decision.section == item.section and decision.outcome == "seated"
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
        was = "offered" if item.state == "offered" else "seated"
        ended = EndedItem(section=item.section, was=was, code="not_decided_in_time")
        by_registration[item.registration, item.student].append(ended)
    return [
        Expired(registration=registration, student=student, items=tuple(items))
        for (registration, student), items in by_registration.items()
    ]
