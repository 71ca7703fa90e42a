"""Students who leave: the event that begins it, and the step that drops what they have."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.db import transaction

from project.accounts.people import people_activate
from project.bus.store import append, load_flows
from project.events.reasons import Reason
from project.events.registration import Dropped, DropRequested, EndedItem, StudentLeft
from project.events.vocabulary import DropKind, ItemState
from project.live import push
from registration.selectors.leaving import ItemToDrop, load_enrolled, load_items_to_drop
from registration.services.student_locks import students_lock

_AT_ONCE = (ItemState.CONFIRMED, ItemState.WAITLISTED)


@transaction.atomic
def students_end(students: Sequence[int]) -> int:
    """End the studies of these students: they can no longer sign in, and a flow drops what they
    have. Returns how many had not left before."""
    students_lock(students)
    leaving = [one.id for one in load_enrolled(students)]
    people_activate(leaving, is_active=False)
    append([StudentLeft(student=student) for student in leaving])
    return len(leaving)


def left_students_drop(*, flow_ids: Sequence[int]) -> None:
    """Drop what these students have in terms that are not over, each drop with its own flow. Fees
    are refunded until the term's refund deadline. Safe to run again: only live items are
    dropped."""
    triggers = [flow.trigger for flow in load_flows(flow_ids).values()]
    students = sorted({one.student for one in triggers if isinstance(one, StudentLeft)})
    students_lock(students)
    items = load_items_to_drop(students)
    events = [*_dropped(items), *_requested(items)]
    append(events)
    push.push_events(events)


def _dropped(items: Sequence[ItemToDrop]) -> Iterator[Dropped]:
    decided = sorted((item for item in items if item.state in _AT_ONCE), key=_together)
    for (student, registration, is_over), some in groupby(decided, _together):
        yield Dropped(
            registration=registration,
            student=student,
            items=tuple(_ended(item) for item in some),
            refund_percent=0 if is_over else 100,
            kind=DropKind.REGISTRY,
        )


def _ended(item: ItemToDrop) -> EndedItem:
    return EndedItem(section=item.section, was=item.state, code=Reason.STUDENT_LEFT)


def _together(item: ItemToDrop) -> tuple[int, str, bool]:
    return item.student, item.registration, item.is_refund_over


def _requested(items: Sequence[ItemToDrop]) -> Iterator[DropRequested]:
    """What is not decided yet is dropped by its decision."""
    for item in items:
        if item.state not in _AT_ONCE and not item.drop_requested:
            yield DropRequested(
                registration=item.registration, student=item.student, section=item.section
            )
