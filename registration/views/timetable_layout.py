"""A week in the reader's language, ready for `students/parts/timetable.html`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from project.events.vocabulary import ItemState
from registration.rules.meeting_text import DAYS, KINDS, ONE_OFF, hours
from registration.rules.one_off import OneOffOverlap, find_one_off_overlaps
from registration.rules.schedule import Slots
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
class OneOffView:
    """A one-off meeting with its texts."""

    overlap: OneOffOverlap
    kind: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableLayout:
    """A week: the picture, the same as a list, and the one-off meetings at the time of a class."""

    timetable: Timetable
    days: tuple[DayView, ...]
    boxes: tuple[BlockView, ...]
    one_offs: tuple[OneOffView, ...] = ()


def timetable_layout(courses: Iterable[TimetableCourse], teaching: Slots = ()) -> TimetableLayout:
    """The week of these sections, in a term with these days."""
    these = list(courses)
    drawn = layout_timetable(these, teaching)
    days = [
        DayView(name=gettext(DAYS[column.day]), x=column.x, middle=column.middle)
        for column in drawn.columns
    ]
    return TimetableLayout(
        timetable=drawn,
        days=tuple(days),
        boxes=tuple(_shown(box) for box in drawn.boxes),
        one_offs=tuple(_one_off(one) for one in find_one_off_overlaps(these, teaching)),
    )


def _one_off(overlap: OneOffOverlap) -> OneOffView:
    return OneOffView(
        overlap=overlap,
        kind=gettext(KINDS.get(overlap.kind) or ONE_OFF),
        hours=hours(overlap.start, overlap.end),
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
