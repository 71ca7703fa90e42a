"""The entries of a student's schedule, and which of them meet at the same time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

# As stored in `registration_section.intervals` and `registration_term.teaching`.
Slots = Sequence[int]
STEP = 4
WEEK = 7 * 1440
# 1970 began on a Thursday.
_MONDAY = 3
_FIRST_DAY = date(1970, 1, 1).toordinal()
_NO_FIRST, _NO_LAST = 0, 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleEntry:
    """A section that the student has, or is waitlisted for: what the rules read of any section."""

    section: int
    module: str
    credit_quarters: int
    intervals: Slots = ()

    @property
    def name(self) -> str:
        """The name of the section."""
        return self.module


def intervals_overlap(one: Slots, other: Slots, teaching: Slots = ()) -> bool:
    """Whether a meeting of one and a meeting of the other are held at the same time: two weekly
    ones on a day that both have, two dated ones on their date. `teaching` are the term's days."""
    # By index: the innermost work of every submission, a third of the time that zip takes.
    for i in range(0, len(one), STEP):
        start, end = one[i], one[i + 1]
        for j in range(0, len(other), STEP):
            if start < other[j + 1] and other[j] < end and _meet(one, i, other, j, teaching):
                return True
    return False


def meeting_slots(meeting: Mapping[str, Any]) -> Slots:
    """A meeting of the catalogue as it lies in `intervals`; empty without a day. One from Sunday
    into Monday lies at both ends of the week."""
    on = meeting.get("date")
    day = _number(on, 0) if on else meeting.get("day")
    if day is None:
        return ()
    start, end = (1440 * day + meeting[edge] for edge in ("start", "end"))
    days = _number(meeting.get("starts_on"), _NO_FIRST), _number(meeting.get("ends_on"), _NO_LAST)
    again = (start - WEEK, end - WEEK, *days) if start < WEEK < end else ()
    return start, end, *days, *again


def _number(day: str | None, default: int) -> int:
    return date.fromisoformat(day).toordinal() - _FIRST_DAY if day else default


def days_held(meeting: Slots, teaching: Slots = ()) -> Iterator[int]:
    """The days on which this meeting is held; without limits of its own or the term, endless."""
    start, _end, first, last = meeting
    weekday = start // 1440
    if start >= WEEK:
        yield weekday
        return
    if teaching:
        first, last = max(first, teaching[0]), min(last, teaching[1])
    for day in range(first + (weekday - first - _MONDAY) % 7, last + 1, 7):
        if not _is_break(day, teaching):
            yield day


def is_endless(meeting: Slots, teaching: Slots) -> bool:
    """Whether it is unknown on which days this weekly meeting is held."""
    start, _end, first, last = meeting
    first, last = max((first, *teaching[:1])), min((last, *teaching[1:2]))
    return start < WEEK and (first == _NO_FIRST or last == _NO_LAST)


def _meet(ones: Slots, i: int, others: Slots, j: int, teaching: Slots) -> bool:
    """Whether these two meetings, whose times overlap, are held on one day."""
    one, other = ones[i : i + STEP], others[j : j + STEP]
    if one[0] >= WEEK:
        return True
    # A meeting that goes on over midnight meets one that begins on the next weekday.
    shift = one[0] // 1440 - other[0] // 1440
    first, last = max(one[2], other[2] + shift), min(one[3], other[3] + shift)
    shared = days_held((one[0], one[1], first, last), teaching)
    return any(not shift or not _is_break(day - shift, teaching) for day in shared)


def _is_break(day: int, teaching: Slots) -> bool:
    return any(teaching[n] <= day <= teaching[n + 1] for n in range(2, len(teaching), 2))
