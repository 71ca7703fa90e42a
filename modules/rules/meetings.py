"""When a section meets: parse and format `[kind] days-or-date start-end [room]`, joined by `|`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from modules.rules.days import (
    Dialect,
    format_days,
    names_of,
    parse_days,
    readings,
)
from modules.rules.times import (
    NO_TIME,
    RANGE,
    format_half,
    format_time,
    is_to_arrange,
    parse_times,
    plain,
)
from project.events.modules import Meeting
from project.imports.defects import WrongCell, message
from project.imports.values import day as parse_date

KINDS = frozenset(
    ("CL", "CO", "DI", "FI", "FW", "IN", "IT", "LA", "LAB", "LE", "LEC", "MI", "MU", "OT", "PB",
     "PR", "RE", "SA", "SE", "SEM", "ST", "TU", "TUT")
)  # fmt: skip
_DATE = re.compile(r"[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?")
_LIKE_TIME = re.compile(r"[0-9]:[0-9]|(?<![0-9])[0-9]{3,4}\s*[-\u2013]\s*[0-9]{3,4}(?![0-9])")
_LOOSE_TIME = re.compile(
    r"[0-9]{1,4}|[0-9]+([.h][0-9]+)?([ap]m?|[-\u2013~.][0-9.h]*).*", re.IGNORECASE
)
_LIKE_HALF = re.compile(r"[ap]\.?m\b", re.IGNORECASE)
_KIND = re.compile(r"[^\W\d_]{2,}[^\s]*")


def _(text: str) -> str:
    return text


_FORM = message(_("Write [kind] days-or-date start-end [room], such as LE TR 17:00-18:20 HALL 2."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The meetings with a day and a time, and the texts of those that are to be arranged."""

    meetings: tuple[Meeting, ...] = ()
    to_arrange: tuple[str, ...] = ()

    def __add__(self, other: "Schedule") -> "Schedule":
        return Schedule(
            meetings=self.meetings + other.meetings, to_arrange=self.to_arrange + other.to_arrange
        )


def parse_meetings(text: str, dialect: Dialect = Dialect.EITHER) -> Schedule:
    """Every meeting of a cell. Raises WrongCell."""
    found = Schedule()
    for part in text.split("|"):
        if words := " ".join(part.split()):
            found += _meeting(words, dialect)
    return found


def parse_columns(
    *, kind: str, days: str, start: str, end: str, room: str, dialect: Dialect = Dialect.EITHER
) -> Schedule:
    """The weekly meeting that has columns of its own: all of days, start and end, or none."""
    times = [text for text in (start, end) if text and not is_to_arrange(text)]
    has_days = bool(days) and not is_to_arrange(days)
    if len(times) == 1:
        raise WrongCell(message(_("Start and end belong together, but one of them is empty.")))
    on = parse_days(days, dialect) if has_days else ()
    if times:
        hours = parse_times(start, end)
        if on and hours != NO_TIME:
            return Schedule(meetings=_weekly(kind, on, hours, room))
    given = [word for word in (kind, days, "-".join(times), room) if word]
    return Schedule(to_arrange=(" ".join(given),) if days or times else ())


def _meeting(words: str, dialect: Dialect) -> Schedule:
    found = RANGE.search(plain(words))
    if found is None:
        _refuse_unread_time(words, dialect)
        return Schedule(to_arrange=(words,))
    hours = parse_times(found[1], found[2])
    kind, when = _kind_and_days(words[: found.start()].split(), dialect)
    room = words[found.end() :].strip()
    if not when or hours == NO_TIME:
        return Schedule(to_arrange=(words,))
    if isinstance(when, str):
        one = Meeting(kind=kind, start=hours[0], end=hours[1], date=when, room=room)
        return Schedule(meetings=(one,))
    return Schedule(meetings=_weekly(kind, when, hours, room))


def _kind_and_days(words: Sequence[str], dialect: Dialect) -> tuple[str, str | tuple[int, ...]]:
    """The kind, and days or date; no days where they are to be arranged. Raises WrongCell."""
    if not words or (len(words) == 1 and words[0] in KINDS):
        return _lone_kind("".join(words), dialect), ()
    for at in range(1 if words[0] in KINDS else 0, len(words)):
        kind, when = " ".join(words[:at]), " ".join(words[at:])
        if not all(_KIND.fullmatch(word) for word in words[:at]):
            break
        if is_to_arrange(when):
            return kind, ()
        if _DATE.fullmatch(plain(when)):
            return kind, parse_date(plain(when)).isoformat()
        if readings(when, dialect):
            return kind, parse_days(when, dialect)
    raise WrongCell(message(_("“{value}” is not made of days."), value=words[-1]), _FORM)


def _lone_kind(word: str, dialect: Dialect) -> str:
    if word and readings(word, dialect):
        raise WrongCell(message(_("“{value}” may be a kind or days."), value=word), _FORM)
    return word


def _refuse_unread_time(words: str, dialect: Dialect) -> None:
    """A part without a time is to be arranged; one with something like a time is a defect."""
    text = plain(words)
    after = [
        other
        for word, other in zip(text.split(), text.split()[1:], strict=False)
        if _DATE.fullmatch(word) or (word not in KINDS and readings(word, dialect))
    ]
    if _LIKE_TIME.search(text) or any(_LOOSE_TIME.fullmatch(word) for word in after):
        raise WrongCell(message(_("No time can be read in “{value}”."), value=words), _FORM)


def _weekly(
    kind: str, days: tuple[int, ...], hours: tuple[int, int], room: str
) -> tuple[Meeting, ...]:
    start, end = hours
    return tuple(Meeting(kind=kind, start=start, end=end, day=day, room=room) for day in days)


def format_meetings(meetings: tuple[Meeting, ...]) -> str:
    """The meetings in the catalogue's format; days of one weekly meeting are joined."""
    groups: dict[tuple[str, str, int, int, str], list[int]] = {}
    for one in meetings:
        key = (one.kind, one.date or "", one.start, one.end, one.room)
        groups.setdefault(key, []).extend([] if one.day is None else [one.day])
    return "|".join(
        " ".join(word for word in (kind, date or _days(kind, days), hours, room) if word)
        for (kind, date, start, end, room), days in groups.items()
        for hours in (_hours(start, end, room),)
    )


def _days(kind: str, days: Sequence[int]) -> str:
    """Days that cannot be mistaken for a kind."""
    text = format_days(tuple(sorted(days)))
    return names_of(tuple(sorted(days))) if not kind and text in KINDS else text


def _hours(start: int, end: int, room: str) -> str:
    """Start and end; with AM and PM if the room begins like one."""
    form = format_half if _LIKE_HALF.match(room) else format_time
    return f"{form(start)}-{form(end)}"
