"""The outcome of a flow that its student does not know yet."""

from collections.abc import Iterable, Sequence

from project.events.base import Event
from project.events.modules import SeatOffered
from project.events.notifications import Announced, AnnouncedItem
from project.events.payments import Captured, Refunded
from project.events.reasons import Reason
from project.events.registration import (
    Decided,
    Dropped,
    Expired,
    OfferEvaluated,
    Refused,
    SectionsMoved,
    Submitted,
    WaitlistHalted,
)
from project.events.vocabulary import AnnouncementKind, ItemState, OfferOutcome


def announcement(root: Event, events: Sequence[Event]) -> Announced | None:
    """The announcement of a finished flow; None if there is nothing new to announce."""
    moved = _amounts(events)
    match root:
        case Submitted():
            return _of_decision(_decided(events), moved, AnnouncementKind.DECIDED)
        case SeatOffered():
            decided = _decided(events)
            return _of_passed_over(events) or _of_decision(decided, moved, _kind_of_offer(decided))
        case Dropped():
            return _of_ending(root, moved, ItemState.DROPPED)
        case Expired():
            return _of_ending(root, moved, ItemState.EXPIRED)
        case Refused():
            return _of_refusal(root)
        case WaitlistHalted() | SectionsMoved():
            return _of_section(root)
    raise ValueError(f"no flow begins with {root.type}")


def _decided(events: Sequence[Event]) -> Decided | None:
    return next((event for event in events if isinstance(event, Decided)), None)


def _amounts(events: Iterable[Event]) -> dict[int, int]:
    """The amount charged or refunded in this flow, by section."""
    return {
        item.section: item.amount
        for event in events
        if isinstance(event, Captured | Refunded)
        for item in event.items
    }


def _kind_of_offer(decided: Decided | None) -> AnnouncementKind:
    states = {item.state for item in decided.items} if decided else set()
    if ItemState.CONFIRMED in states:
        return AnnouncementKind.MOVED_UP
    is_dropped = ItemState.DROPPED in states
    return AnnouncementKind.DROPPED if is_dropped else AnnouncementKind.REFUSED


def _of_decision(
    decided: Decided | None, moved: dict[int, int], kind: AnnouncementKind
) -> Announced | None:
    if decided is None or not decided.items:
        return None
    items = tuple(
        AnnouncedItem(
            section=item.section,
            state=item.state,
            code=item.code,
            amount=moved.get(item.section, 0),
        )
        for item in decided.items
    )
    return Announced(
        registration=decided.registration, student=decided.student, kind=kind, items=items
    )


def _of_passed_over(events: Sequence[Event]) -> Announced | None:
    """The seat was offered to the next student; the waitlist position stays."""
    evaluated = next((event for event in events if isinstance(event, OfferEvaluated)), None)
    if evaluated is None or evaluated.outcome != OfferOutcome.PASSED_OVER:
        return None
    return Announced(
        registration=evaluated.registration,
        student=evaluated.student,
        kind=AnnouncementKind.PASSED_OVER,
        items=(
            AnnouncedItem(
                section=evaluated.section, state=ItemState.WAITLISTED, code=evaluated.code
            ),
        ),
    )


def _of_halt(halted: WaitlistHalted) -> Announced:
    kind = AnnouncementKind.WAITLIST_RESUMED if halted.resumed else AnnouncementKind.WAITLIST_HALTED
    code = Reason.RESUMED if halted.resumed else Reason.CLOSED_SECTION
    return Announced(
        registration=halted.registration,
        student=halted.student,
        kind=kind,
        items=(AnnouncedItem(section=halted.section, state=ItemState.WAITLISTED, code=code),),
    )


def _of_section(changed: WaitlistHalted | SectionsMoved) -> Announced:
    return _of_halt(changed) if isinstance(changed, WaitlistHalted) else _of_move(changed)


def _of_move(moved: SectionsMoved) -> Announced:
    """What has moved is read in the event that began the flow."""
    return Announced(
        registration=moved.registration,
        student=moved.student,
        kind=AnnouncementKind.SECTION_MOVED,
        items=tuple(AnnouncedItem(section=one.section, state=one.state) for one in moved.items),
    )


def _of_refusal(refused: Refused) -> Announced | None:
    # Items still waitlisted at the term's deadline. Any other `Refused` is appended together with
    # the `Decided` that is announced to the student.
    items = tuple(
        AnnouncedItem(section=item.section, state=ItemState.REFUSED, code=item.code)
        for item in refused.items
        if item.code == Reason.DEADLINE
    )
    if not items:
        return None
    return Announced(
        registration=refused.registration,
        student=refused.student,
        kind=AnnouncementKind.WAITLIST_CLOSED,
        items=items,
    )


def _of_ending(
    ended: Dropped | Expired, moved: dict[int, int], state: ItemState
) -> Announced | None:
    # A drop that the decision carried out was announced by it.
    items = tuple(
        AnnouncedItem(
            section=item.section, state=state, code=item.code, amount=moved.get(item.section, 0)
        )
        for item in ended.items
        if item.code != Reason.DROP_REQUESTED
    )
    if not items:
        return None
    has_left = all(item.code == Reason.STUDENT_LEFT for item in items)
    kind = AnnouncementKind.LEFT if has_left else AnnouncementKind(state)
    return Announced(registration=ended.registration, student=ended.student, kind=kind, items=items)
