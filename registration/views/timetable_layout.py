"""A week in the reader's language, ready for `students/parts/timetable.html`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from project.events.vocabulary import ItemState
from registration.rules.meeting_text import DAYS, hours
from registration.rules.timetable import (
    Standing,
    Timetable,
    TimetableBlock,
    TimetableCourse,
    layout_timetable,
)
from registration.selectors.my_registrations import StudentItemRow

_STANDINGS = {
    Standing.REGISTERED: gettext_lazy("registered"),
    Standing.WAITLISTED: gettext_lazy("on the waitlist"),
    Standing.PLANNED: gettext_lazy("planned"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """The name of a day and where it is drawn."""

    name: str
    x: int
    middle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """A meeting with its texts."""

    box: TimetableBlock
    day: str
    hours: str
    standing: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableLayout:
    """A week: the picture, and the same as a list."""

    timetable: Timetable
    days: tuple[DayView, ...]
    boxes: tuple[BlockView, ...]


def timetable_layout(courses: Iterable[TimetableCourse]) -> TimetableLayout:
    """The week of these sections."""
    drawn = layout_timetable(courses)
    days = [
        DayView(name=gettext(DAYS[column.day]), x=column.x, middle=column.middle)
        for column in drawn.columns
    ]
    return TimetableLayout(
        timetable=drawn, days=tuple(days), boxes=tuple(_shown(box) for box in drawn.boxes)
    )


def course_held(held: StudentItemRow) -> TimetableCourse:
    """The student's schedule, to be drawn."""
    is_waitlisted = held.state == ItemState.WAITLISTED
    return TimetableCourse(
        section=held.section.id,
        module=held.section.module,
        code=held.section.code,
        standing=Standing.WAITLISTED if is_waitlisted else Standing.REGISTERED,
        meetings=held.section.meetings,
    )


def _shown(box: TimetableBlock) -> BlockView:
    return BlockView(
        box=box,
        day=gettext(DAYS[box.day]),
        hours=hours(box.start, box.end),
        standing=_STANDINGS[box.standing],
    )
