"""A student drops an item."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from project.bus.store import append
from project.events.reasons import Reason
from project.events.registration import Dropped, DropRequested, EndedItem
from project.events.vocabulary import ItemState
from project.web.campus_time import campus_deadline
from project.web.errors.base import Refusal
from registration.rules.state_text import state_label
from registration.selectors.items import StudentItem, get_item
from registration.services.student_locks import students_lock

OVER = (ItemState.REFUSED, ItemState.EXPIRED)
DECIDED = (ItemState.CONFIRMED, ItemState.WAITLISTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """The outcome: dropped at once, or a drop request that the decision honours; and whether the
    fee is refunded."""

    is_done: bool
    is_refunded: bool = True


def item_drop(*, student: int, registration: UUID, section: int) -> Drop | None:
    """Drop a confirmed or waitlisted item at once; record a drop request for an undecided one.

    None where the student has no such item. Idempotent. Raises Refusal for an item that was
    refused or has expired, and for a confirmed one after the term's drop deadline. The event
    records whether the fee is refunded.
    """
    with transaction.atomic():
        students_lock([student])
        item = get_item(student=student, registration=registration, section=section)
        return _drop(str(registration), student, section, item) if item else None


def _drop(registration: str, student: int, section: int, item: StudentItem) -> Drop:
    state = item.state
    if state in OVER:
        raise Refusal(Reason.ALREADY_ENDED, state=state_label(state, gettext))
    if state == ItemState.CONFIRMED and item.is_drop_over:
        raise Refusal(Reason.DROP_OVER, instant=campus_deadline(item.drop_until))
    if state in DECIDED:
        append([_dropped(registration, student, section, item)])
    elif state != ItemState.DROPPED and not item.drop_requested:
        append([DropRequested(registration=registration, student=student, section=section)])
    is_done = state in (*DECIDED, ItemState.DROPPED)
    return Drop(is_done=is_done, is_refunded=not item.is_refund_over)


def _dropped(registration: str, student: int, section: int, item: StudentItem) -> Dropped:
    is_kept = item.state == ItemState.CONFIRMED and item.is_refund_over
    code, percent = (Reason.NO_REFUND, 0) if is_kept else (Reason.DROPPED_BY_STUDENT, 100)
    return Dropped(
        registration=registration,
        student=student,
        items=(EndedItem(section=section, was=item.state, code=code),),
        refund_percent=percent,
    )
