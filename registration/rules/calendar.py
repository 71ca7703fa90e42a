"""A student's sections as an iCalendar file (RFC 5545). The same sections give the same bytes.

Times are floating: a meeting at nine is at nine wherever the reader's clock is.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event

from registration.rules.meeting_text import KINDS, Translate

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PRODUCT = "-//Student module registration//Calendar//EN"
_REFRESH = timedelta(hours=1)
Meeting = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A confirmed section, or one dropped after confirmation: then `is_cancelled`."""

    registration: str
    section: int
    name: str
    title: str
    instructor: str
    meetings: Sequence[Meeting]
    term_starts: date | None
    term_ends: date | None
    is_cancelled: bool
    changed_at: datetime


def format_calendar(
    entries: Sequence[CalendarEntry], *, name: str, host: str, translate: Translate
) -> bytes:
    """The file: one entry for each dated meeting, and one for weekly meetings at the same time."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    calendar.add("x-wr-calname", name)
    # The refresh interval: as in RFC 7986, and in the older form.
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        for event in _events(entry, host, translate):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def lacks_days(entry: CalendarEntry) -> bool:
    """Whether its weekly meetings are left out because the term has no dates."""
    weekly = any(meeting.get("day") is not None for meeting in entry.meetings)
    return weekly and (entry.term_starts is None or entry.term_ends is None)


def _events(entry: CalendarEntry, host: str, translate: Translate) -> Iterator[Event]:
    """Number the entries in the section's own order, so that an entry keeps its number."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for meeting in entry.meetings:
        key = (meeting["kind"], meeting.get("date"), meeting["start"], meeting["end"])
        groups[*key, meeting.get("room", "")] += [meeting["day"]] if _is_weekly(meeting) else []
    for number, (key, days) in enumerate(groups.items(), start=1):
        event = _placed(entry, key, days)
        if event is not None:
            event.add("uid", f"{entry.registration}-{entry.section}-{number}@{host}")
            event.add("summary", f"{entry.name} {_kind(key[0], translate)}".strip())
            yield _told(event, entry, key[-1])


def _is_weekly(meeting: Meeting) -> bool:
    return meeting.get("day") is not None


def _placed(entry: CalendarEntry, key: tuple[Any, ...], days: Sequence[int]) -> Event | None:
    """The time properties: on its date, or weekly on these days of the term."""
    _kind, dated, start, end, _room = key
    first = date.fromisoformat(dated) if dated else _first(entry, days)
    if first is None:
        return None
    event = Event()
    event.add("dtstart", _at(first, start))
    event.add("dtend", _at(first, end))
    if not dated and entry.term_ends:
        until = datetime.combine(entry.term_ends, time(23, 59, 59))
        by_day = [_DAYS[day] for day in sorted(set(days))]
        event.add("rrule", {"freq": "weekly", "until": until, "byday": by_day})
    return event


def _first(entry: CalendarEntry, days: Sequence[int]) -> date | None:
    """The first of these weekdays in the term."""
    if not days or entry.term_starts is None or entry.term_ends is None:
        return None
    starts = entry.term_starts
    first = min(starts + timedelta(days=(day - starts.weekday()) % 7) for day in days)
    return first if first <= entry.term_ends else None


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _kind(kind: str, translate: Translate) -> str:
    return translate(KINDS[kind]) if kind in KINDS else kind


def _told(event: Event, entry: CalendarEntry, room: str) -> Event:
    """Instructor, place, and whether it is cancelled."""
    event.add("description", "\n".join(text for text in (entry.title, entry.instructor) if text))
    if room:
        event.add("location", room)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("sequence", 1 if entry.is_cancelled else 0)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event
