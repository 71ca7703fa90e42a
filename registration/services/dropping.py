"""A student gives an item up."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from project.bus.store import append
from project.messages.registration import Dropped, DropWished, Ended
from project.refusals import Refusal
from registration.rules.words import state_said, words_for
from registration.selectors.items import StudentItem, get_item
from registration.services.locking import students_lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """What came of it: dropped at once, or a wish that the verdict honours."""

    is_done: bool


def item_drop(*, student: int, registration: UUID, section: int) -> Drop | None:
    """Drop a confirmed or queued item at once; of an unanswered one note the wish.

    None where the student has no such item. Doing it twice is doing it once. An item that was
    refused or expired has nothing to give up: that is refused.
    """
    with transaction.atomic():
        students_lock([student])
        item = get_item(student=student, registration=registration, section=section)
        return _drop(str(registration), student, section, item) if item else None


def _drop(registration: str, student: int, section: int, item: StudentItem) -> Drop:
    state = item.state
    if state in ("refused", "expired"):
        words = words_for("already_ended", gettext, state=state_said(state, gettext))
        raise Refusal("already_ended", words.sentence, fix=words.fix)
    if state in ("confirmed", "queued"):
        ended = (Ended(section=section, was=state, code="given_up"),)
        append([Dropped(registration=registration, student=student, items=ended)])
    elif state != "dropped" and not item.drop_requested:
        append([DropWished(registration=registration, student=student, section=section)])
    return Drop(is_done=state in ("confirmed", "queued", "dropped"))
