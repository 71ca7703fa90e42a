"""Sections that get in each other's way: for a student, in a room, or for an instructor.

A warning, never a refusal: two sections may share a room or an instructor on purpose.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from modules.rules.meetings import format_meetings
from project.events.modules import Meeting, SectionChanged

NOBODY = frozenset(
    {"tba", "tbd", "arr", "arranged", "to be arranged", "to be announced", "to be determined",
     "staff", "online", "remote", "none", "n/a", "-"}
)  # fmt: skip
"""What stands in catalogues where no room or instructor is known, folded."""
_MINUTES = 24 * 60
_SEVERAL = re.compile(r"[;|/]")


class HasDays(Protocol):
    """What has a first and a last day, or those of its term."""

    @property
    def starts_on(self) -> str | None:
        """The first day, ISO."""

    @property
    def ends_on(self) -> str | None:
        """The last day, ISO."""


class Shared(StrEnum):
    """What two sections share at one time, or what is too small."""

    ROOM = "room"
    INSTRUCTOR = "instructor"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueWarning:
    """Two sections in one room or with one instructor at one time; or one section with more seats
    than its room has (`capacity`)."""

    kind: Shared
    name: str
    sections: tuple[SectionChanged, ...]
    meeting: Meeting
    capacity: int = 0

    def __str__(self) -> str:
        names = " and ".join(section_name(one) for one in self.sections)
        when = format_when(self.meeting)
        if self.kind == Shared.CAPACITY:
            seats = self.sections[0].seats
            has = "unlimited seats" if seats is None else f"{seats} seats"
            return f"{self.name} holds {self.capacity}: {names} has {has} there, {when}"
        verb = "are both in" if self.kind == Shared.ROOM else "both have"
        return f"{names} {verb} {self.name}, {when}"


def section_name(section: SectionChanged) -> str:
    """What people call it."""
    return f"{section.module_code} {section.code}"


def format_when(meeting: Meeting) -> str:
    """The time of one meeting, as it is written in the admin."""
    return format_meetings((replace(meeting, kind="", room=""),))


def fold_name(text: str) -> str:
    """A room or an instructor as it is compared; "" for nobody."""
    text = unicodedata.normalize("NFKC", text)
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    folded = " ".join(seen.split()).casefold().strip(" .")
    return "" if folded in NOBODY else folded


def meetings_overlap(one: Meeting, other: Meeting) -> bool:
    """Whether they meet at the same time, in a week or on a date; over midnight, too."""
    if (one.day is None) != (other.day is None):
        return False
    days = _day(one) - _day(other)
    return days + one.start < other.end and other.start < days + one.end


def _day(meeting: Meeting) -> int:
    """Minutes to the beginning of its day, of the week or of the calendar."""
    if meeting.day is not None:
        return meeting.day * _MINUTES
    return date.fromisoformat(meeting.date).toordinal() * _MINUTES if meeting.date else 0


def conflicting_meeting(one: Sequence[Meeting], other: Sequence[Meeting]) -> Meeting | None:
    """The first meeting of `other` at the time of a meeting of `one`."""
    return next((b for b in other if any(meetings_overlap(a, b) for a in one)), None)


def find_warnings(
    sections: Iterable[SectionChanged],
    *,
    among: Iterable[int] | None = None,
    capacities: Mapping[str, int] | None = None,
) -> list[CatalogueWarning]:
    """Every warning about these sections of one term; with `among` only those that concern one of
    these ids. `capacities` are by `fold_name` of the room."""
    rooms, people = _uses(sections)
    found = [
        *_too_small(rooms, capacities or {}),
        *_together(rooms, Shared.ROOM),
        *_together(people, Shared.INSTRUCTOR),
    ]
    if among is None:
        return found
    wanted = set(among)
    return [one for one in found if any(section.section in wanted for section in one.sections)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """A meeting of a section in a room, or with an instructor, called `name` there."""

    name: str
    section: SectionChanged
    meeting: Meeting


Uses = dict[str, list[_Use]]


def _uses(sections: Iterable[SectionChanged]) -> tuple[Uses, Uses]:
    """The uses of each room and of each instructor, by folded name."""
    rooms: Uses = {}
    people: Uses = {}
    for section in sections:
        for meeting in section.meetings:
            _note(rooms, meeting.room, section, meeting)
            for name in _SEVERAL.split(section.instructor):
                _note(people, name, section, meeting)
    return rooms, people


def _note(uses: Uses, name: str, section: SectionChanged, meeting: Meeting) -> None:
    key = fold_name(name)
    if key:
        uses.setdefault(key, []).append(_Use(name=name.strip(), section=section, meeting=meeting))


def _too_small(rooms: Uses, capacities: Mapping[str, int]) -> Iterator[CatalogueWarning]:
    """One warning for each section and room, however often it meets there."""
    for key in rooms.keys() & capacities.keys():
        capacity = capacities[key]
        first = {section_name(use.section): use for use in reversed(rooms[key])}
        for use in first.values():
            if use.section.seats is None or use.section.seats > capacity:
                yield CatalogueWarning(
                    kind=Shared.CAPACITY, name=use.name, sections=(use.section,),
                    meeting=use.meeting, capacity=capacity,
                )  # fmt: skip


def _together(uses: Uses, kind: Shared) -> Iterator[CatalogueWarning]:
    """One warning for each pair of sections and name, however often they meet together."""
    for some in uses.values():
        seen: set[frozenset[str]] = set()
        for one, other in _overlapping(some):
            pair = (one.section, other.section)
            names = frozenset(map(section_name, pair))
            if names not in seen:
                seen.add(names)
                yield CatalogueWarning(
                    kind=kind, name=one.name, sections=pair, meeting=other.meeting
                )


def _overlapping(uses: Iterable[_Use]) -> Iterator[tuple[_Use, _Use]]:
    """Pairs of uses by different sections at one time; each use is compared with those that have
    not ended when it starts."""
    under_way: list[_Use] = []
    for use in sorted(uses, key=_when):
        under_way = [one for one in under_way if meetings_overlap(one.meeting, use.meeting)]
        yield from ((one, use) for one in under_way if _share_days(one, use))
        under_way.append(use)


def _share_days(one: _Use, other: _Use) -> bool:
    """Two sections; weekly meetings of a first and of a second half share no day."""
    if one.section is other.section:
        return False
    is_weekly = one.meeting.day is not None
    return not is_weekly or days_overlap(one.section, other.section)


def days_overlap(one: HasDays, other: HasDays) -> bool:
    """Whether both are taught at some time; without days of its own a section is, all term."""
    is_before = bool(one.ends_on and other.starts_on and one.ends_on < other.starts_on)
    return not is_before and not (one.starts_on and other.ends_on and other.ends_on < one.starts_on)


def _when(use: _Use) -> tuple[bool, int]:
    return use.meeting.day is None, _day(use.meeting) + use.meeting.start
