"""Times and places of a section in words: meetings that differ only in their day share a line.

`_` only marks a text for `makemessages`; the caller's `translate` turns it into a language.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


DAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
BETWEEN_DAYS = _("%(days)s, %(day)s")
WEEKLY = _("%(days)s %(hours)s")
KINDS = {
    "LE": _("Lecture"),
    "DI": _("Discussion"),
    "LA": _("Laboratory"),
    "SE": _("Seminar"),
    "TU": _("Tutorial"),
    "ST": _("Studio"),
    "CO": _("Conference"),
    "PR": _("Practicum"),
    "FW": _("Fieldwork"),
    "IN": _("Independent study"),
    "PB": _("Problem session"),
    "RE": _("Review session"),
    "MU": _("Make-up session"),
    "MI": _("Midterm"),
    "FI": _("Final exam"),
}
# A dated meeting whose kind says nothing.
ONE_OFF = _("One-off meeting")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingText:
    """One line of a section's times. `date` is None where it meets every week: from `first` to
    `last`, where these differ from the term's."""

    kind: str
    when: str
    room: str
    date: datetime.date | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None


def meeting_lines(
    meetings: Iterable[Mapping[str, Any]], translate: Translate
) -> tuple[MeetingText, ...]:
    """The weekly meetings in the catalogue's order, then the dated ones by date."""
    weekly: dict[tuple[str, int, int, str, str, str], list[int]] = {}
    dated: list[tuple[str, Mapping[str, Any]]] = []
    for one in meetings:
        if one.get("day") is not None:
            key = (
                *(one.get("kind") or "", one["start"], one["end"], one.get("room") or ""),
                *(one.get("starts_on") or "", one.get("ends_on") or ""),
            )
            weekly.setdefault(key, []).append(one["day"])
        elif one.get("date"):
            dated.append((one["date"], one))
    dated.sort(key=lambda pair: (pair[0], pair[1]["start"]))
    return (
        *(_weekly(key, days, translate) for key, days in weekly.items()),
        *(_dated(one, translate) for _day, one in dated),
    )


def hours(start: int, end: int) -> str:
    """Format minutes since midnight as clock times; an end on the next day is after 24:00."""
    return f"{_clock(start)}–{_clock(end)}"  # noqa: RUF001  an en dash belongs between hours


def format_days(days: Sequence[int], translate: Translate) -> str:
    """Days of the week in their order: Mon, Wed, Fri."""
    first, *others = sorted(set(days))
    text = translate(DAYS[first])
    for day in others:
        text = translate(BETWEEN_DAYS) % {"days": text, "day": translate(DAYS[day])}
    return text


def _weekly(
    key: tuple[str, int, int, str, str, str], days: Sequence[int], translate: Translate
) -> MeetingText:
    kind, start, end, room, first, last = key
    values = {"days": format_days(days, translate), "hours": hours(start, end)}
    return MeetingText(
        kind=_kind(kind, translate),
        when=translate(WEEKLY) % values,
        room=room,
        first=datetime.date.fromisoformat(first) if first else None,
        last=datetime.date.fromisoformat(last) if last else None,
    )


def _dated(one: Mapping[str, Any], translate: Translate) -> MeetingText:
    return MeetingText(
        kind=_kind(one.get("kind") or "", translate),
        when=hours(one["start"], one["end"]),
        room=one.get("room") or "",
        date=datetime.date.fromisoformat(one["date"]),
    )


def _kind(kind: str, translate: Translate) -> str:
    return translate(KINDS[kind]) if kind in KINDS else kind


def _clock(minutes: int) -> str:
    minutes = minutes if minutes <= 1440 else minutes - 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"
