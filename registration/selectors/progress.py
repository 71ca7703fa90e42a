"""The progress of registrations, in the form and words shown to students."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language, gettext

from project.bus.registry import StoredEvent
from project.bus.store import load_streams
from project.events.reasons import ENDINGS, Explanation, Reason, ReasonStage, explain
from project.events.sentences import Translate
from project.events.vocabulary import (
    ItemState,
    Mode,
    OnFull,
    RegistrationStatus,
)
from project.web import keyset
from project.web.keyset import Order
from registration.models import Item, Registration
from registration.rules.state_text import MEANINGS
from registration.rules.timeline import describe

NEWEST_FIRST = Order(keys=("-id",), reads=(keyset.uuid,))  # ids sort by time


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProgress:
    """One item as shown to its student. `code` is the section's; `reason` is why it is in its
    state, and what would change it. `is_charged` is known where the events are read."""

    section: int
    module: str
    module_id: int
    title: str
    code: str
    credit_quarters: int
    state: ItemState
    reason: Explanation | None
    drop_requested: bool
    waitlist_position: int | None
    changed_at: datetime
    is_charged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One entry of the timeline."""

    at: datetime
    what: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A registration as shown to its student."""

    id: UUID
    term: int
    status: RegistrationStatus
    mode: Mode
    on_full: OnFull
    submitted_at: datetime
    decided_at: datetime | None
    submissions_ahead: int | None
    items: tuple[ItemProgress, ...]
    timeline: tuple[Moment, ...]


def registrations_with_items() -> QuerySet[Registration]:
    """Registrations with their items in order, ready to be paged."""
    items = Item.objects.select_related("section__module").order_by("registration_id", "ordinal")
    return Registration.objects.prefetch_related(Prefetch("items", queryset=items))


def registrations_of(student: int) -> QuerySet[Registration]:
    """The student's own registrations."""
    return registrations_with_items().filter(student_id=student)


def registration_summary(row: Registration) -> Progress:
    """The progress without timeline and positions: for lists."""
    items = row.items.all()
    return Progress(
        id=row.id,
        term=row.term_id,
        status=status_of(row.decided_at),
        mode=Mode(row.mode),
        on_full=OnFull(row.on_full),
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        submissions_ahead=None,
        items=tuple(_item(item) for item in items),
        timeline=(),
    )


def status_of(decided_at: datetime | None) -> RegistrationStatus:
    """The status of a registration."""
    return RegistrationStatus.PENDING if decided_at is None else RegistrationStatus.DECIDED


def streams_of(registration: UUID) -> list[str]:
    """The event streams of this registration."""
    owners = ("registration", "seats", "payment", "announcement")
    return [f"{owner}:{registration}" for owner in owners]


def registration_timeline(registration: UUID) -> tuple[Moment, ...]:
    """The timeline of a registration, in words."""
    items = Item.objects.filter(registration_id=registration).select_related("section")
    names = {item.section_id: str(item.section) for item in items}
    return moments_of(load_streams(streams_of(registration)), names)


def moments_of(happened: Sequence[StoredEvent], names: Mapping[int, str]) -> tuple[Moment, ...]:
    """Describe these events; `names` are the names of the sections."""
    translate = _translate()
    moments = ((one.recorded_at, describe(one.event, names, translate)) for one in happened)
    return tuple(Moment(at=at, what=text[0], sentence=text[1]) for at, text in moments if text)


def _item(item: Item) -> ItemProgress:
    state = ItemState(item.state)
    return ItemProgress(
        section=item.section_id,
        module=item.module_code,
        module_id=item.section.module_id,
        title=item.section.module.title,
        code=item.section.code,
        credit_quarters=item.credit_quarters,
        state=state,
        reason=reason_of(state, item.code),
        drop_requested=item.drop_requested,
        waitlist_position=None,
        changed_at=item.changed_at,
    )


def reason_of(state: ItemState, code: str) -> Explanation | None:
    """Why an item is in that state; `code` is the reason code of the event. A confirmed item needs
    no reason; a state that changes without the student is its own, unless the student was passed
    over or the waitlist has halted."""
    translate = _translate()
    if state == ItemState.CONFIRMED:
        return None
    if state == ItemState.WAITLISTED and code:
        return explain(Reason(code), ReasonStage.WAITLIST, translate=translate)
    if state in MEANINGS:
        sentence, fix = MEANINGS[state]
        return Explanation(code=state, sentence=translate(sentence), fix=fix and translate(fix))
    return explain(Reason(code), *ENDINGS, translate=translate)


def _translate() -> Translate:
    """Translate into the reader's language. Skip the lookup for the source language: this read is
    polled."""
    return str if get_language() == settings.LANGUAGE_CODE else gettext
