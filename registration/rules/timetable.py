"""The picture of a week: where each meeting is drawn, which overlap, and what is left out.

Units are those of the picture: it is `WIDTH` wide, and an hour is `HOUR` high.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any
from zlib import crc32

from registration.rules.schedule import Slots, intervals_overlap, meeting_slots

WIDTH = 1000
GUTTER = 64
HEAD = 36
HOUR = 56
HUES = 8
_GAP = 3
_FOOT = 12
_MIDNIGHT = 24 * 60
_WORKDAYS = 5
_EARLIEST, _LATEST = 9, 17


class Standing(StrEnum):
    """How a section stands in a student's week."""

    REGISTERED = "registered"
    WAITLISTED = "waitlisted"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableCourse:
    """A section to be drawn. `meetings` as the catalogue has them: weekly ones with `day` (0 =
    Monday), dated ones with `date`; minutes of the day."""

    section: int
    module: str
    code: str
    standing: Standing
    meetings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableBlock:
    """One weekly meeting and its place. `conflicts`: another section meets at the same time."""

    section: int
    module: str
    code: str
    standing: Standing
    day: int
    start: int
    end: int
    room: str
    x: int
    y: int
    width: int
    height: int
    hue: int
    conflicts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A day: its number (0 = Monday), where its column begins and where its name is drawn."""

    day: int
    x: int
    middle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HourLine:
    """An hour: its number and where its line is."""

    hour: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The picture, and the sections left out of it: `timeless` ones have no weekly meeting."""

    height: int
    columns: tuple[Column, ...]
    lines: tuple[HourLine, ...]
    boxes: tuple[TimetableBlock, ...]
    timeless: tuple[TimetableCourse, ...]

    @property
    def width(self) -> int:
        """The width of the picture."""
        return WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meeting:
    course: TimetableCourse
    day: int
    start: int
    end: int
    room: str
    slots: Slots


def layout_timetable(courses: Iterable[TimetableCourse], teaching: Slots = ()) -> Timetable:
    """The week of these sections. Meetings at the same time share the width of the day; those that
    are never held on one day do not conflict."""
    these = list(courses)
    meetings = [meeting for course in these for meeting in _weekly(course)]
    drawn = {meeting.course.section for meeting in meetings}
    first, last = _hours(meetings)
    days = max([_WORKDAYS, *(meeting.day + 1 for meeting in meetings)])
    wide = (WIDTH - GUTTER) // days
    lines = tuple(HourLine(hour=h, y=HEAD + (h - first) * HOUR) for h in range(first, last + 1))
    return Timetable(
        height=HEAD + (last - first) * HOUR + _FOOT,
        columns=tuple(_column(day, wide) for day in range(days)),
        lines=lines,
        boxes=tuple(_boxes(meetings, first=first, wide=wide, teaching=teaching)),
        timeless=tuple(course for course in these if course.section not in drawn),
    )


def hue_of(module: str) -> int:
    """The colour of a module: the same on every page and every day."""
    return crc32(module.encode()) % HUES


def _weekly(course: TimetableCourse) -> Iterator[_Meeting]:
    for one in course.meetings:
        if one.get("day") is not None:
            for day, start, end in _by_day(one["day"], one["start"], one["end"]):
                room = one.get("room") or ""
                slots = meeting_slots(one)
                yield _Meeting(course=course, day=day, start=start, end=end, room=room, slots=slots)


def _by_day(day: int, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """A meeting over midnight stands on both days."""
    if start < end:
        yield day, start, min(end, _MIDNIGHT)
    if end > _MIDNIGHT:
        yield (day + 1) % 7, 0, end - _MIDNIGHT


def _hours(meetings: Sequence[_Meeting]) -> tuple[int, int]:
    first = min([_EARLIEST, *(meeting.start // 60 for meeting in meetings)])
    last = max([_LATEST, *(-(-meeting.end // 60) for meeting in meetings)])
    return first, last


def _column(day: int, wide: int) -> Column:
    x = GUTTER + day * wide
    return Column(day=day, x=x, middle=x + wide // 2)


def _boxes(
    meetings: Sequence[_Meeting], *, first: int, wide: int, teaching: Slots
) -> Iterator[TimetableBlock]:
    ordered = sorted(meetings, key=lambda one: (one.day, one.start, one.end, one.course.section))
    for day, of_day in groupby(ordered, key=lambda one: one.day):
        for crowd in _overlap_groups(of_day):
            lanes = _lanes(crowd)
            share = wide // (max(lanes) + 1)
            for meeting, lane in zip(crowd, lanes, strict=True):
                x = GUTTER + day * wide + lane * share
                conflicts = any(_conflict(meeting, other, teaching) for other in crowd)
                yield _box(meeting, conflicts=conflicts, x=x, wide=share, first=first)


def _overlap_groups(meetings: Iterable[_Meeting]) -> Iterator[list[_Meeting]]:
    """Meetings of a day by start time, split into groups wherever there is a gap."""
    crowd: list[_Meeting] = []
    until = 0
    for meeting in meetings:
        if crowd and meeting.start >= until:
            yield crowd
            crowd = []
        crowd.append(meeting)
        until = max(until, meeting.end)
    if crowd:
        yield crowd


def _lanes(crowd: Sequence[_Meeting]) -> list[int]:
    """Assign each meeting the first lane that is free when it begins."""
    ends: list[int] = []
    lanes = []
    for meeting in crowd:
        free = (lane for lane, end in enumerate(ends) if end <= meeting.start)
        lane = next(free, len(ends))
        ends[lane : lane + 1] = [meeting.end]
        lanes.append(lane)
    return lanes


def _box(meeting: _Meeting, *, conflicts: bool, x: int, wide: int, first: int) -> TimetableBlock:
    course = meeting.course
    top = HEAD + (meeting.start - first * 60) * HOUR // 60
    return TimetableBlock(
        section=course.section,
        module=course.module,
        code=course.code,
        standing=course.standing,
        day=meeting.day,
        start=meeting.start,
        end=meeting.end,
        room=meeting.room,
        x=x + _GAP,
        y=top + 1,
        width=max(wide - 2 * _GAP, 1),
        height=max((meeting.end - meeting.start) * HOUR // 60 - 2, 1),
        hue=hue_of(course.module),
        conflicts=conflicts,
    )


def _conflict(one: _Meeting, other: _Meeting, teaching: Slots) -> bool:
    is_other = one.course.section != other.course.section
    counts = Standing.WAITLISTED not in (one.course.standing, other.course.standing)
    return is_other and counts and intervals_overlap(one.slots, other.slots, teaching)
