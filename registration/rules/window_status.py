"""Whether registration is open for a student, given all their windows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["open", "opens", "closed", "unset"]
_DAY, _HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class TermWindow:
    """A window of a student, and the name of its term."""

    term: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowStatus:
    """Open until, opens at, or closed at `at`. `days` are the whole days left until then; below
    one day, `hours` are the whole hours."""

    kind: Kind
    term: str = ""
    at: datetime | None = None
    days: int = 0
    hours: int = 0


def window_status(windows: Iterable[TermWindow], now: datetime) -> WindowStatus:
    """The status of the window open longest, else the next to open, else the last closed."""
    mine = list(windows)
    is_open = [one for one in mine if one.opens_at <= now < one.closes_at]
    if is_open:
        last = max(is_open, key=lambda one: one.closes_at)
        return _status("open", last, last.closes_at, now)
    to_come = [one for one in mine if one.opens_at > now]
    if to_come:
        first = min(to_come, key=lambda one: one.opens_at)
        return _status("opens", first, first.opens_at, now)
    if mine:
        over = max(mine, key=lambda one: one.closes_at)
        return _status("closed", over, over.closes_at, now)
    return WindowStatus(kind="unset")


def _status(kind: Kind, window: TermWindow, at: datetime, now: datetime) -> WindowStatus:
    left = max(0, int((at - now).total_seconds()))
    return WindowStatus(
        kind=kind, term=window.term, at=at, days=left // _DAY, hours=left % _DAY // _HOUR
    )
