"""Times as people write them: `9:00`, `0930`, `9.30`, `9:00 AM`, `9:30a-10:50a`, `22:00-02:00`.

Without AM or PM both times are on the 24-hour clock. Where only one of two says AM or PM, the other
is what makes a meeting of at most twelve hours.
"""

import re
from dataclasses import dataclass

from project.imports.defects import WrongCell, message

DAY = 24 * 60
NO_TIME = (0, 0)
"""How some systems write that there is no time: 00:00-00:00."""
TO_ARRANGE = frozenset(
    ("TBA", "TBD", "TBC", "ARR", "ARRANGED", "TO BE ARRANGED", "BY ARRANGEMENT", "N/A", "NONE",
     "-", "--", "待定", "另定")
)  # fmt: skip
_NOON = 12 * 60
_LONGEST = 12 * 60
_TIME = re.compile(
    r"(?:(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})(?::00)?)?|(?P<digits>[0-9]{3,4}))"
    r"(?:\s*(?P<half>[ap])\.?(?:m\.?)?)?",
    re.IGNORECASE,
)
# An A or P of its own may be a room.
_HALF = r"(?:[ap]\.?(?:m\.?)?|\s[ap]\.?m\.?)(?![a-z0-9])"
_ONE = rf"[0-9]{{1,4}}(?:[:.h][0-9]{{1,2}}(?::[0-9]{{1,2}})?)?(?:{_HALF})?"
RANGE = re.compile(
    rf"(?<!\S)({_ONE})\s*(?:[-\u2010-\u2015~]|\bto\b)\s*({_ONE})(?!\S)", re.IGNORECASE
)
_FULL_WIDTH = {number: number - 0xFEE0 for number in range(0xFF01, 0xFF5F)}


def _(text: str) -> str:
    return text


def is_to_arrange(text: str) -> bool:
    """Whether it says that day or time are not known yet."""
    return text.upper().strip(".() ") in TO_ARRANGE or text in TO_ARRANGE


@dataclass(frozen=True, slots=True)
class _Clock:
    """What stands there, in minutes; `half` is a or p, or "" if it does not say."""

    minutes: int
    half: str

    @property
    def is_midnight(self) -> bool:
        """Whether it is the first minute of a day."""
        return self.readings(is_open=False) == {0}

    def readings(self, *, is_open: bool) -> set[int]:
        """The minutes since midnight that it may mean; with `is_open` either half of the day."""
        if self.half:
            return {self.minutes % _NOON + (_NOON if self.half == "p" else 0)}
        if is_open and 60 <= self.minutes < _NOON + 60:
            return {self.minutes % _NOON, self.minutes % _NOON + _NOON}
        return {self.minutes}


def plain(text: str) -> str:
    """The text with ordinary characters for those of full width, each at its place."""
    return text.translate(_FULL_WIDTH)


def parse_times(start: str, end: str) -> tuple[int, int]:
    """Start and end in minutes since midnight; beyond 24:00 it ends on the next day, at most twelve
    hours after its start. Raises WrongCell."""
    begin, finish = _parse(start), _parse(end)
    if begin.is_midnight and finish.is_midnight:
        return NO_TIME
    is_open = bool(begin.half) != bool(finish.half)
    fitting = {
        pair
        for one in begin.readings(is_open=is_open)
        for other in finish.readings(is_open=is_open)
        if (pair := _pair(one, other, is_open=is_open))
    }
    if len(fitting) == 1:
        return fitting.pop()
    if fitting:
        reason = message(_("“{start}-{end}” may mean several times."), start=start, end=end)
        raise WrongCell(reason, message(_("Write AM or PM at both times.")))
    raise WrongCell(
        message(_("It ends at {end}, not after its start at {start}."), start=start, end=end),
        message(_("A meeting may end on the next day if it takes at most 12 hours.")),
    )


def _pair(start: int, end: int, *, is_open: bool) -> tuple[int, int] | None:
    is_overnight = end <= start
    end += DAY if is_overnight else 0
    longest = _LONGEST if is_open or is_overnight else DAY
    return (start, end) if start < DAY and end - start <= longest else None


def _parse(text: str) -> _Clock:
    match = _TIME.fullmatch(plain(text).strip())
    if not match or not (match["digits"] or match["minute"] or match["half"]):
        raise WrongCell(
            message(_("“{value}” is not a time."), value=text),
            message(_("Write it as 09:30 or 9:30 AM.")),
        )
    digits, half = match["digits"], (match["half"] or "").lower()
    hour, minute = (digits[:-2], digits[-2:]) if digits else (match["hour"], match["minute"] or "0")
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > DAY or (half and not 1 <= int(hour) <= 12):
        raise WrongCell(message(_("“{value}” is not a time from 00:00 to 24:00."), value=text))
    return _Clock(minutes, half)


def format_time(minutes: int) -> str:
    """Minutes as `HH:MM`; after 24:00 as the time on the next day."""
    minutes = minutes if minutes <= DAY else minutes - DAY
    return f"{minutes // 60:02}:{minutes % 60:02}"


def format_half(minutes: int) -> str:
    """Minutes as `HH:MM AM` or PM."""
    hour, minute = divmod(minutes % DAY, 60)
    return f"{(hour + 11) % 12 + 1:02}:{minute:02} {'AM' if hour < 12 else 'PM'}"


def check_time(text: str) -> None:
    """Raises WrongCell if a cell is neither empty, to be arranged, nor a time."""
    if text and not is_to_arrange(text):
        _parse(text)
