"""Tell everyone who has a section, or waits for it, that it was renamed, moved or re-roomed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from project.bus.registry import StoredEvent
from project.bus.store import append
from project.events.registration import MovedItem, SectionsMoved
from project.live import push
from registration.rules.section_moves import is_move
from registration.selectors.section_moves import (
    Holder,
    SectionChange,
    load_holders,
    load_section_changes,
)


def moves_tell(recorded: Sequence[StoredEvent]) -> None:
    """One event for each registration with moved sections. Called in the transaction that moves
    the subscription's cursor, so each change is notified once."""
    changes = load_section_changes([stored.id for stored in recorded])
    moved = {one.section: one for one in changes if is_move(one.was, one.now)}
    if moved:
        events = list(_by_registration(load_holders(moved), moved))
        append(events)
        push.push_events(events)


def _by_registration(
    holders: Sequence[Holder], moved: Mapping[int, SectionChange]
) -> Iterator[SectionsMoved]:
    for (registration, student), items in groupby(holders, key=_whose):
        yield SectionsMoved(
            registration=registration,
            student=student,
            items=tuple(_item(item, moved[item.section]) for item in items),
        )


def _whose(holder: Holder) -> tuple[str, int]:
    return holder.registration, holder.student


def _item(holder: Holder, change: SectionChange) -> MovedItem:
    return MovedItem(section=holder.section, state=holder.state, was=change.was, now=change.now)
