"""Numbers by which calendars know a section's meetings, whatever is added, moved or reordered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

from project.events.modules import Meeting

# How a new meeting is known to be an old one, the surest sign first.
_SIGNS: tuple[Callable[[Meeting], object], ...] = (
    lambda one: replace(one, number=0),
    lambda one: (one.kind, one.day, one.date, one.start, one.end),
    lambda one: (one.kind, one.day, one.date),
    lambda one: (one.kind, one.date is None, one.start, one.end),
    lambda one: (one.kind, one.date is None),
)


def number_meetings(old: Sequence[Meeting], new: Sequence[Meeting]) -> tuple[Meeting, ...]:
    """The new meetings, each with the number of the old one that it continues, else with a fresh
    one."""
    fresh = count(max((one.number for one in old), default=0) + 1)
    known = [one if one.number else replace(one, number=next(fresh)) for one in old]
    numbers: dict[int, int] = {}
    for sign in _SIGNS:
        for index, meeting in enumerate(new):
            if index not in numbers:
                again = next((one for one in known if sign(one) == sign(meeting)), None)
                if again is not None:
                    known.remove(again)
                    numbers[index] = again.number
    return tuple(
        replace(meeting, number=numbers.get(index) or next(fresh))
        for index, meeting in enumerate(new)
    )
