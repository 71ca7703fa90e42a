"""A week in the reader's language, ready for `students/parts/timetable.html`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from registration.rules.meeting_words import DAYS, hours
from registration.rules.timetable import Box, Course, Timetable, timetable_drawn
from registration.selectors.mine import Held

_STANDINGS = {
    "held": gettext_lazy("registered"),
    "queued": gettext_lazy("in the queue"),
    "planned": gettext_lazy("planned"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShown:
    """The name of a day and where it stands."""

    name: str
    x: int
    middle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxShown:
    """A meeting with its words."""

    box: Box
    day: str
    hours: str
    standing: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A week: what to draw, and the same as a list."""

    timetable: Timetable
    days: tuple[DayShown, ...]
    boxes: tuple[BoxShown, ...]


def picture_of(courses: Iterable[Course]) -> Picture:
    """The week of these sections."""
    drawn = timetable_drawn(courses)
    days = [
        DayShown(name=gettext(DAYS[column.day]), x=column.x, middle=column.middle)
        for column in drawn.columns
    ]
    return Picture(
        timetable=drawn, days=tuple(days), boxes=tuple(_shown(box) for box in drawn.boxes)
    )


def course_held(held: Held) -> Course:
    """What a student has already, to be drawn."""
    return Course(
        section=held.section,
        module=held.module,
        code=held.code,
        standing="queued" if held.state == "queued" else "held",
        meetings=held.meetings,
    )


def _shown(box: Box) -> BoxShown:
    return BoxShown(
        box=box,
        day=gettext(DAYS[box.day]),
        hours=hours(box.start, box.end),
        standing=_STANDINGS[box.standing],
    )
