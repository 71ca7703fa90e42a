"""When a section meets: parse and format the catalogue's notation."""

import re
from datetime import date

from project.events.modules import Meeting

DAYS = "MTWRFSU"
_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]+-[0-9]+-[0-9]+")


class WrongMeeting(ValueError):
    """The text is not a valid meeting; the message says why."""


def parse_meetings(text: str) -> tuple[Meeting, ...]:
    """Every meeting in `[kind] days-or-date start-end room`, separated by `|`.

    Meetings without a time are left out: they never conflict. Raises WrongMeeting.
    """
    return tuple(meeting for part in text.split("|") for meeting in _meetings_of(part.split()))


def meetings_of_columns(
    *, kind: str, days: str, start: str, end: str, room: str
) -> tuple[Meeting, ...]:
    """The weekly meeting given by the columns days, start, end and room."""
    if not (days and start and end):
        return ()
    begin, finish = parse_time(start), parse_time(end)
    return _weekly(kind, parse_days(days), _checked(begin, finish), room)


def parse_time(text: str) -> int:
    """Minutes since midnight of "HH:MM". Raises WrongMeeting."""
    match = _TIME.fullmatch(text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else 9999
    if minutes > 24 * 60:
        raise WrongMeeting(f'"{text}" is not a time from 00:00 to 24:00')
    return minutes


def parse_days(text: str) -> tuple[int, ...]:
    """ "TR" is (1, 3). Raises WrongMeeting."""
    strange = [day for day in text if day not in DAYS]
    if strange:
        raise WrongMeeting(f'"{text}" is not made of the days {DAYS}')
    return tuple(sorted({DAYS.index(day) for day in text}))


def _meetings_of(words: list[str]) -> tuple[Meeting, ...]:
    at = next((n for n, word in enumerate(words) if ":" in word), None)
    if at is None:
        return ()
    if at == 0 or at > 2:
        raise WrongMeeting(f'"{" ".join(words)}" is not `[kind] days-or-date start-end room`')
    kind, when = (words[0] if at == 2 else ""), words[at - 1]
    times, room = _times(words[at]), " ".join(words[at + 1 :])
    if _DATE.fullmatch(when):
        day = _date_read(when)
        return (Meeting(kind=kind, start=times[0], end=times[1], date=day, room=room),)
    return _weekly(kind, parse_days(when), times, room)


def _weekly(
    kind: str, days: tuple[int, ...], times: tuple[int, int], room: str
) -> tuple[Meeting, ...]:
    start, end = times
    return tuple(Meeting(kind=kind, start=start, end=end, day=day, room=room) for day in days)


def _times(text: str) -> tuple[int, int]:
    start, dash, end = text.partition("-")
    if not dash:
        raise WrongMeeting(f'"{text}" is not a start and an end')
    return _checked(parse_time(start), parse_time(end))


def _checked(start: int, end: int) -> tuple[int, int]:
    if end <= start:
        raise WrongMeeting(f"it ends at {_clock(end)}, not after its start at {_clock(start)}")
    return start, end


def _date_read(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise WrongMeeting(f'"{text}" is not a date like 2022-06-09') from None


def format_meetings(meetings: tuple[Meeting, ...]) -> str:
    """The meetings in the catalogue's format; days of one weekly meeting are joined."""
    groups: dict[tuple[str, str, int, int, str], str] = {}
    for one in meetings:
        key = (one.kind, one.date or "", one.start, one.end, one.room)
        groups[key] = groups.get(key, "") + ("" if one.day is None else DAYS[one.day])
    return "|".join(
        " ".join(
            word for word in (kind, day or days, f"{_clock(start)}-{_clock(end)}", room) if word
        )
        for (kind, day, start, end, room), days in groups.items()
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
