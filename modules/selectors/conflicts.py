"""What a change of a section would mean for those who have it, for rooms and for instructors."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from modules.models import Room
from modules.rules.conflicts import (
    CatalogueWarning,
    conflicting_meeting,
    days_overlap,
    find_warnings,
    fold_name,
    format_when,
)
from modules.selectors.catalogue import load_sections
from project.bus.sql import fetch
from project.events.modules import Meeting, RoomChanged, SectionChanged
from project.events.vocabulary import fill_words

_BESIDE = fill_words("""
SELECT a.student_id, coalesce(nullif(u.full_name, ''), u.username), m.code || ' ' || o.code,
       o.meetings, o.starts_on::text, o.ends_on::text
  FROM modules_allocation a
  JOIN modules_allocation b ON b.student_id = a.student_id AND b.section_id <> a.section_id
   AND b.state = <AllocationState.LIVE>
  JOIN modules_section o ON o.id = b.section_id
  JOIN modules_section s ON s.id = a.section_id AND s.term_id = o.term_id
  JOIN modules_module m ON m.id = o.module_id
  JOIN accounts_user u ON u.id = a.student_id
 WHERE a.section_id = %s AND a.state = <AllocationState.LIVE>
 ORDER BY 2, 1, 3""")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentConflict:
    """A student of the section, and another section of theirs that would meet at the same time."""

    student: int
    name: str
    other: str
    meeting: Meeting

    def __str__(self) -> str:
        return f"{self.name} ({self.student}): {self.other}, {format_when(self.meeting)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """The days of a section; None is the term's own."""

    starts_on: str | None
    ends_on: str | None


def load_student_conflicts(*, was: SectionChanged, now: SectionChanged) -> list[StudentConflict]:
    """The time conflicts that moving the section would bring to those who have a seat in it."""
    found = []
    for student, name, other, data, first, last in fetch(_BESIDE, [now.section]):
        days = _Days(starts_on=first, ends_on=last)
        meetings = _meetings(data) if days_overlap(now, days) else ()
        meeting = conflicting_meeting(now.meetings, meetings)
        if meeting and not conflicting_meeting(was.meetings, meetings):
            conflict = StudentConflict(student=student, name=name, other=other, meeting=meeting)
            found.append(conflict)
    return found


def _meetings(data: Any) -> tuple[Meeting, ...]:
    rows = json.loads(data) if isinstance(data, str) else data
    return tuple(Meeting(**row) for row in rows)


def load_warnings(*, term: int, instead: Sequence[SectionChanged] = ()) -> list[CatalogueWarning]:
    """The warnings about the term's sections; `instead` are sections as they would be: with them
    only the warnings that they would bring."""
    stored = list(load_sections(term=term).values())
    capacities = load_capacities()
    if not instead:
        return find_warnings(stored, capacities=capacities)
    return find_new_warnings(stored, instead=instead, capacities=capacities)


def find_new_warnings(
    stored: Iterable[SectionChanged],
    *,
    instead: Sequence[SectionChanged],
    capacities: dict[str, int],
) -> list[CatalogueWarning]:
    """The warnings that these sections would bring to the stored ones of their term."""
    stored = list(stored)
    changed = {one.section: one for one in instead}
    known_ids = {one.section for one in stored}
    # In place, so that what was there before is reported in the same words.
    after = [changed.get(one.section, one) for one in stored]
    after += [one for one in instead if one.section not in known_ids]
    known = {str(one) for one in find_warnings(stored, among=changed, capacities=capacities)}
    found = find_warnings(after, among=changed, capacities=capacities)
    return [one for one in found if str(one) not in known]


def load_rooms() -> list[RoomChanged]:
    """Every room whose capacity is known."""
    rows = Room.objects.values_list("id", "name", "capacity")
    return [RoomChanged(room=room, name=name, capacity=size) for room, name, size in rows]


def load_capacities() -> dict[str, int]:
    """The capacity of each room, by its folded name."""
    return {fold_name(one.name): one.capacity for one in load_rooms()}
