"""A student's sections as an iCalendar file (RFC 5545). The same sections give the same bytes.

Each meeting of a section is an entry of its own, under a name that stays whatever else is added,
moved or dropped: only then does a calendar program move what it has, instead of showing both.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from registration.rules.meeting_text import KINDS, Translate
from registration.rules.schedule import STEP, Slots, days_held, is_endless, meeting_slots

_PRODUCT = "-//Student module registration//Calendar//EN"
_REFRESH = timedelta(hours=1)
_EPOCH = date(1970, 1, 1)
# The years for which changes of the clocks are listed.
_FIRST_YEAR, _LAST_YEAR = date(2020, 1, 1), date(2045, 1, 1)
Meeting = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A confirmed section, or one dropped after confirmation: then `is_cancelled`. `sequence` and
    `changed_at` grow with every change of the section, its module, its term or the student's
    registration; `teaching` are the days of the term."""

    section: int
    name: str
    title: str
    instructor: str
    meetings: Sequence[Meeting]
    teaching: Slots
    is_cancelled: bool
    sequence: int
    changed_at: datetime


def format_calendar(
    entries: Sequence[CalendarEntry], *, name: str, host: str, zone: str, translate: Translate
) -> bytes:
    """The file: one entry for each meeting, in the zone of the campus. The zone itself makes a
    feed without entries a valid one."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    # The refresh interval: as in RFC 7986, and in the older form.
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_timezone(zone))
    for entry in entries:
        for uid, meeting in _named(entry, host):
            event = _placed(meeting, entry.teaching, ZoneInfo(zone))
            if event is not None:
                event.add("uid", uid)
                event.add("summary", f"{entry.name} {_kind(meeting, translate)}".strip())
                calendar.add_component(_described(event, entry, meeting))
    return bytes(calendar.to_ical())


def lacks_days(entry: CalendarEntry) -> bool:
    """Whether weekly meetings of it are left out because the dates of its term are unknown."""
    slots = (meeting_slots(meeting)[:STEP] for meeting in entry.meetings)
    return any(one and is_endless(one, entry.teaching) for one in slots)


@cache
def _timezone(zone: str) -> Timezone:
    return Timezone.from_tzid(zone, first_date=_FIRST_YEAR, last_date=_LAST_YEAR)


def _named(entry: CalendarEntry, host: str) -> Iterator[tuple[str, Meeting]]:
    """Each meeting with its name: by its number. In events from before meetings had numbers, by its
    kind and day, counting where one day has several."""
    seen: Counter[str] = Counter()
    for meeting in entry.meetings:
        when = meeting.get("date") or meeting.get("day")
        key = str(meeting.get("number") or f"{meeting.get('kind')}-{when}")
        seen[key] += 1
        again = f"-{seen[key]}" if seen[key] > 1 else ""
        yield f"section-{entry.section}-{key}{again}@{host}", meeting


def _placed(meeting: Meeting, teaching: Slots, zone: tzinfo) -> Event | None:
    """The time properties: on its date, or weekly on its days, without those of breaks."""
    slots = meeting_slots(meeting)[:STEP]
    if not slots or is_endless(slots, teaching):
        return None
    held = list(days_held(slots, teaching))
    if not held:
        return None
    start, end = (minute - slots[0] // 1440 * 1440 for minute in slots[:2])
    event = Event()
    event.add("dtstart", _at(held[0], start, zone))
    event.add("dtend", _at(held[0], end, zone))
    if len(held) > 1:
        until = _at(held[-1], start, zone).astimezone(UTC)
        event.add("rrule", {"freq": "weekly", "until": until})
    if skipped := sorted(set(range(held[0], held[-1], 7)) - set(held)):
        event.add("exdate", [_at(day, start, zone) for day in skipped])
    return event


def _at(day: int, minutes: int, zone: tzinfo) -> datetime:
    """What the clocks of the campus show then."""
    midnight = datetime.combine(_EPOCH + timedelta(days=day), time())
    return (midnight + timedelta(minutes=minutes)).replace(tzinfo=zone)


def _kind(meeting: Meeting, translate: Translate) -> str:
    kind = meeting.get("kind") or ""
    return translate(KINDS[kind]) if kind in KINDS else kind


def _described(event: Event, entry: CalendarEntry, meeting: Meeting) -> Event:
    """Instructor, place, whether it is cancelled, and which version this is."""
    event.add("description", "\n".join(text for text in (entry.title, entry.instructor) if text))
    if room := meeting.get("room"):
        event.add("location", room)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event
