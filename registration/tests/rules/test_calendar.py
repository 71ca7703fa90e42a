"""The calendar as other programs read it: by vobject and dateutil, which did not write it.

The days on which a meeting is held are computed here a second time, day by day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]  # carries no types
from dateutil.tz import tzical  # type: ignore[import-untyped]
from vobject.icalendar import registerTzid  # type: ignore[import-untyped]

from registration.rules.calendar import CalendarEntry, format_calendar, lacks_days

Meeting = Mapping[str, Any]
Day = tuple[str, str]
# The clocks of Los Angeles change on 8 March and 1 November 2026, those of London on 29 March.
SPRING: Day = ("2026-02-16", "2026-06-12")
AUTUMN: Day = ("2026-09-07", "2026-12-18")
BREAK: Day = ("2026-03-30", "2026-04-03")
HOLIDAY: Day = ("2026-05-04", "2026-05-04")


def number(day: str) -> int:
    return (date.fromisoformat(day) - date(1970, 1, 1)).days


def entry(*meetings: Meeting, term: Day = SPRING, breaks: Sequence[Day] = (), **more: Any) -> Any:
    given = {
        "section": 7,
        "name": "MATH 1 A01",
        "title": "Numbers; and, more",
        "instructor": "Noether",
        "meetings": meetings,
        "teaching": [number(day) for days in (term, *breaks) for day in days],
        "is_cancelled": False,
        "sequence": 3,
        "changed_at": datetime(2026, 8, 1, 12, tzinfo=UTC),
    }
    return CalendarEntry(**{**given, **more})


def weekly(day: int, start: str, end: str, *, kind: str = "LE", days: Day | None = None) -> Meeting:
    own = dict(zip(("starts_on", "ends_on"), days or (None, None), strict=True))
    return {"kind": kind, "day": day, "date": None, **hours(start, end), **own, "room": "HALL 1"}


def dated(day: str, start: str, end: str) -> Meeting:
    return {"kind": "FI", "day": None, "date": day, **hours(start, end), "room": ""}


def hours(start: str, end: str) -> Meeting:
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end))
    return {"start": first, "end": last}


def written(*entries: CalendarEntry, zone: str = "America/Los_Angeles") -> str:
    body = format_calendar(entries, name="Mine", host="x.example", zone=zone, translate=str)
    return body.decode()


def read(text: str) -> list[tuple[datetime, datetime]]:
    """Every occurrence in UTC, as the second implementation finds them."""
    # What the file itself says of its zone, and nothing that this machine knows.
    (tzid,) = set(re.findall(r"\r\nTZID:(.+)\r\n", text))
    registerTzid(tzid, tzical(StringIO(text)).get(tzid))
    found = []
    for event in vobject.readOne(text).contents.get("vevent", []):
        start, end = event.dtstart.value, event.dtend.value
        rules = event.getrruleset(addRDate=True)
        # Wall clocks: both ends move with the clocks of the campus.
        length = end.replace(tzinfo=None) - start.replace(tzinfo=None)
        zone = start.tzinfo
        for at in rules or [start]:
            wall = at.replace(tzinfo=None)
            both = (wall.replace(tzinfo=zone), (wall + length).replace(tzinfo=zone))
            found.append((both[0].astimezone(UTC), both[1].astimezone(UTC)))
    return sorted(found)


def expected(
    meetings: Sequence[Meeting], *, term: Day, breaks: Sequence[Day], zone: str
) -> list[tuple[datetime, datetime]]:
    """The same, day by day."""
    return sorted(
        (instant(day, meeting["start"], zone), instant(day, meeting["end"], zone))
        for meeting in meetings
        for day in days_of(meeting, term, breaks)
    )


def days_of(meeting: Meeting, term: Day, breaks: Sequence[Day]) -> Iterator[date]:
    if meeting["date"]:
        yield date.fromisoformat(meeting["date"])
        return
    day, last = (date.fromisoformat(one) for one in term)
    while day <= last:
        iso = day.isoformat()
        is_own = (meeting["starts_on"] or "") <= iso <= (meeting["ends_on"] or "9")
        is_break = any(first <= iso <= end for first, end in breaks)
        if day.weekday() == meeting["day"] and is_own and not is_break:
            yield day
        day += timedelta(days=1)


def instant(day: date, minutes: int, zone: str) -> datetime:
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


ZONES = ("America/Los_Angeles", "Europe/London", "Pacific/Chatham", "Australia/Lord_Howe", "UTC")
BREAKS = (BREAK, HOLIDAY)
TIMES = {
    "twice a week": [weekly(0, "09:00", "10:00"), weekly(3, "13:30", "14:50", kind="LA")],
    "on the weekend, when clocks change": [
        weekly(6, "01:30", "03:30"),
        weekly(5, "23:00", "24:00"),
    ],
    "over midnight": [weekly(4, "22:30", "25:15")],
    "half a term": [weekly(1, "09:00", "10:00", days=("2026-02-16", "2026-04-10"))],
    "from a day of its own": [weekly(2, "09:00", "10:00", days=("2026-05-01", "2026-06-12"))],
    "dated only": [dated("2026-03-31", "08:00", "11:00"), dated("2026-06-15", "19:00", "24:00")],
    "one day only": [weekly(0, "09:00", "10:00", days=("2026-05-11", "2026-05-12"))],
    "first and last days are holidays": [
        weekly(0, "08:00", "09:00", days=("2026-03-30", "2026-05-04"))
    ],
    "never": [weekly(1, "09:00", "10:00", days=("2026-03-30", "2026-04-03"))],
}


@pytest.mark.parametrize("meetings", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("zone", ZONES)
def test_another_program_finds_the_days_and_hours_of_every_meeting(
    meetings: list[Meeting], zone: str
) -> None:
    text = written(entry(*meetings, breaks=BREAKS), zone=zone)
    assert read(text) == expected(meetings, term=SPRING, breaks=BREAKS, zone=zone)


def test_it_names_the_zone_and_says_how_its_clocks_change() -> None:
    text = written(entry(weekly(0, "09:00", "10:00")))
    assert "X-WR-TIMEZONE:America/Los_Angeles\r\n" in text
    assert "DTSTART;TZID=America/Los_Angeles:20260216T090000\r\n" in text
    # To the last lecture, in UTC: by then it is summer.
    assert "RRULE:FREQ=WEEKLY;UNTIL=20260608T160000Z\r\n" in text
    zone = vobject.readOne(text).vtimezone
    assert zone.tzid.value == "America/Los_Angeles"
    assert {one.name for one in zone.components()} == {"STANDARD", "DAYLIGHT"}


def test_an_empty_one_is_valid() -> None:
    """RFC 5545, 3.6: at least one component."""
    calendar = vobject.readOne(written())
    assert [one.name for one in calendar.components()] == ["VTIMEZONE"]
    assert calendar.version.value == "2.0"
    assert calendar.prodid.value


@pytest.mark.parametrize("cancelled", [False, True])
def test_an_entry_says_what_it_is_of(cancelled: bool) -> None:
    text = written(entry(weekly(0, "09:00", "10:00"), is_cancelled=cancelled))
    event = vobject.readOne(text).vevent
    assert event.summary.value == "MATH 1 A01 Lecture"
    assert event.description.value == "Numbers; and, more\nNoether"
    assert event.location.value == "HALL 1"
    assert event.status.value == ("CANCELLED" if cancelled else "CONFIRMED")
    assert (event.sequence.value, event.last_modified.value) == (
        "3", datetime(2026, 8, 1, 12, tzinfo=UTC),
    )  # fmt: skip


def uids(*meetings: Meeting) -> dict[str, str]:
    """The name of each entry, by its hours."""
    events = vobject.readOne(written(entry(*meetings))).contents["vevent"]
    return {f"{one.dtstart.value:%a %H:%M}": one.uid.value for one in events}


def test_meetings_without_numbers_are_named_by_kind_and_day() -> None:
    lecture, laboratory = weekly(0, "09:00", "10:00"), weekly(0, "08:00", "09:00", kind="LA")
    before = uids(lecture)
    assert uids(laboratory, lecture)["Mon 09:00"] == before["Mon 09:00"]
    assert uids({**lecture, **hours("11:00", "12:00")})["Mon 11:00"] == before["Mon 09:00"]
    twice = uids(lecture, weekly(0, "14:00", "15:00"))
    assert len(set(twice.values())) == 2


def test_a_number_is_a_name_for_good() -> None:
    first = {**weekly(0, "09:00", "10:00"), "number": 1}
    moved = {**weekly(3, "14:00", "15:00"), "number": 1}
    other = {**weekly(0, "08:00", "09:00"), "number": 2}
    assert uids(other, moved)["Thu 14:00"] == uids(first)["Mon 09:00"]


UNBOUNDED = ("1970-01-01", "2243-10-17")


@pytest.mark.parametrize(
    ("meeting", "term", "lacks"),
    [
        (weekly(0, "09:00", "10:00"), UNBOUNDED, True),
        (weekly(0, "09:00", "10:00"), (SPRING[0], UNBOUNDED[1]), True),
        (weekly(0, "09:00", "10:00", days=SPRING), UNBOUNDED, False),
        (dated("2026-03-31", "08:00", "11:00"), UNBOUNDED, False),
        (weekly(0, "09:00", "10:00"), AUTUMN, False),
    ],
)
def test_weekly_meetings_need_days(meeting: Meeting, term: Day, lacks: bool) -> None:
    one = entry(meeting, term=term)
    assert lacks_days(one) is lacks
    assert ("BEGIN:VEVENT" in written(one)) is not lacks
