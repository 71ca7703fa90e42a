"""What became of a registration, as its student follows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from project.bus.line import place_in_line
from project.bus.registry import Recorded
from project.bus.sql import Prepared, run_together
from project.bus.store import history
from project.messages.fact import Fact
from registration.models import Item, Registration
from registration.rules.timeline import standing, told
from registration.rules.words import words_of_reason

# A confirmed item needs no reason; the state of a waiting one is its reason.
_UNEXPLAINED = ("confirmed",)
_WAITING = ("pending", "seated", "authorised", "queued", "offered")

# The queue is ordered by the place in line of the requests in it.
_PLACES = Prepared(
    name="registration_queue_places",
    types="bigint, uuid",
    sql="""
SELECT mine.section_id,
       (SELECT count(*)
          FROM registration_item other
          JOIN registration_registration r ON r.id = other.registration_id
          JOIN bus_line l ON l.event_id = r.event_id
         WHERE other.section_id = mine.section_id AND other.state = 'queued'
           AND l.position <= (SELECT position FROM bus_line WHERE event_id = $1))
  FROM registration_item mine
 WHERE mine.registration_id = $2 AND mine.state = 'queued'""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an item is where it is, and what would change it."""

    code: str
    sentence: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProgress:
    """One item as its student sees it. `code` is the section's, `reason` has its own."""

    section: int
    module: str
    code: str
    credits: int
    state: str
    reason: Reason | None
    drop_wished: bool
    place_in_queue: int | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One entry of the timeline."""

    at: datetime
    what: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A registration as its student sees it."""

    id: UUID
    term: int
    status: str
    mode: str
    on_full: str
    submitted_at: datetime
    answered_at: datetime | None
    place_in_line: int | None
    items: tuple[ItemProgress, ...]
    timeline: tuple[Moment, ...]


def registrations_with_items() -> QuerySet[Registration]:
    """Registrations with their items in order, ready to be paged."""
    items = Item.objects.select_related("section").order_by("registration_id", "ordinal")
    return Registration.objects.prefetch_related(Prefetch("items", queryset=items))


def registrations_of(student: int) -> QuerySet[Registration]:
    """The student's own."""
    return registrations_with_items().filter(student_id=student)


def registration_progress(*, registration: UUID, student: int) -> Progress | None:
    """Everything about one registration, in four queries; None where it is not the student's."""
    row = registrations_of(student).filter(id=registration).first()
    if row is None:
        return None
    happened = history(streams_of(registration))
    if row.answered_at is None:
        return _progress(row, happened, ahead=place_in_line(row.event_id))
    return _progress(row, happened, places=queue_places(row))


def queue_places(row: Registration) -> Mapping[int, int]:
    """By section: the place, 1 is next, of each item that is queued. Those counted are answered."""
    return dict(run_together((_PLACES, [row.event_id, row.id])))


def registration_summary(row: Registration) -> Progress:
    """The same without what only the facts know: for lists."""
    return _progress(row, ())


def streams_of(registration: UUID) -> list[str]:
    """The streams on which something is said of this registration."""
    owners = ("registration", "seats", "payment", "announcement")
    return [f"{owner}:{registration}" for owner in owners]


def registration_timeline(registration: UUID) -> tuple[Moment, ...]:
    """Everything that happened to a registration, in words."""
    items = Item.objects.filter(registration_id=registration).select_related("section")
    return _timeline(history(streams_of(registration)), _names(items))


def _progress(
    row: Registration,
    happened: Sequence[Recorded],
    *,
    ahead: int | None = None,
    places: Mapping[int, int] = MappingProxyType({}),
) -> Progress:
    items = list(row.items.all())
    facts = [one.fact for one in happened]
    return Progress(
        id=row.id,
        term=row.term_id,
        status="pending" if row.answered_at is None else "answered",
        mode=row.mode,
        on_full=row.on_full,
        submitted_at=row.submitted_at,
        answered_at=row.answered_at,
        place_in_line=ahead,
        items=tuple(_item(item, facts, places.get(item.section_id)) for item in items),
        timeline=_timeline(happened, _names(items)),
    )


def _names(items: Iterable[Item]) -> Mapping[int, str]:
    return {item.section_id: str(item.section) for item in items}


def _timeline(happened: Sequence[Recorded], names: Mapping[int, str]) -> tuple[Moment, ...]:
    moments = ((one.recorded_at, told(one.fact, names)) for one in happened)
    return tuple(Moment(at=at, what=said[0], sentence=said[1]) for at, said in moments if said)


def _item(item: Item, facts: Sequence[Fact], place: int | None) -> ItemProgress:
    state = standing(state=item.state, section=item.section_id, facts=facts)
    return ItemProgress(
        section=item.section_id,
        module=item.module_code,
        code=item.section.code,
        credits=item.credits,
        state=state,
        reason=_reason(state, item.code),
        drop_wished=item.drop_wished,
        place_in_queue=place,
        changed_at=item.changed_at,
    )


def _reason(state: str, code: str) -> Reason | None:
    if state in _UNEXPLAINED:
        return None
    code = state if state in _WAITING else code
    words = words_of_reason(code)
    return Reason(code=code, sentence=words.sentence, fix=words.fix)
