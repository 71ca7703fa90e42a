"""One-off meetings (an exam, a make-up class) at the time of a weekly meeting of another section.

Both sections can be had: only one day is lost, so the student is warned and decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from registration.rules.schedule import STEP, WEEK, Slots, days_held, meeting_slots
from registration.rules.timetable import TimetableCourse

Meeting = Mapping[str, Any]
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOffOverlap:
    """A meeting on that day, and the section that has its weekly meeting at the same time."""

    section: str
    kind: str
    day: date
    start: int
    end: int
    other: str


def find_one_off_overlaps(
    courses: Sequence[TimetableCourse], teaching: Slots = ()
) -> list[OneOffOverlap]:
    """Every one-off meeting that meets a class of another section, by day."""
    found = [
        OneOffOverlap(
            section=f"{one.module} {one.code}",
            kind=meeting.get("kind") or "",
            day=_EPOCH + timedelta(days=slots[0] // 1440),
            start=meeting["start"],
            end=meeting["end"],
            other=f"{other.module} {other.code}",
        )
        for one, other in permutations(courses, 2)
        for meeting, slots in _one_offs(one)
        if any(_meets(slots, weekly, teaching) for weekly in _weeklies(other))
    ]
    return sorted(found, key=lambda one: (one.day, one.start, one.section, one.other))


def _one_offs(course: TimetableCourse) -> Iterator[tuple[Meeting, Slots]]:
    for meeting in course.meetings:
        slots = meeting_slots(meeting)
        if slots and slots[0] >= WEEK:
            yield meeting, slots


def _weeklies(course: TimetableCourse) -> Iterator[Slots]:
    found = (meeting_slots(meeting) for meeting in course.meetings)
    return (slots[:STEP] for slots in found if slots and slots[0] < WEEK)


def _meets(one_off: Slots, weekly: Slots, teaching: Slots) -> bool:
    """Whether the class is held at that time; it may have begun the day before, or begin the next
    day."""
    day, weekday = one_off[0] // 1440, weekly[0] // 1440
    for held in (day - 1, day, day + 1):
        start, end = (minute + 1440 * (held - weekday) for minute in weekly[:2])
        if start < one_off[1] and one_off[0] < end and _is_held(weekly, held, teaching):
            return True
    return False


def _is_held(weekly: Slots, day: int, teaching: Slots) -> bool:
    that_day = (weekly[0], weekly[1], max(weekly[2], day), min(weekly[3], day))
    return any(days_held(that_day, teaching))
