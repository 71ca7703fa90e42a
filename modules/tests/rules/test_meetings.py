"""Days, times and meetings: the only possible reading, or a reason why there is none."""

import pytest

from modules.rules.days import Dialect, format_days, parse_days
from modules.rules.meetings import Schedule, format_meetings, parse_columns, parse_meetings
from modules.rules.times import parse_times
from project.events.modules import Meeting
from project.imports.defects import WrongCell


def weekly(day: int, start: int, end: int, kind: str = "LE", room: str = "") -> Meeting:
    return Meeting(kind=kind, start=start, end=end, day=day, room=room)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("MWF", (0, 2, 4)), ("TR", (1, 3)), ("mwf", (0, 2, 4)), ("U", (6,)), ("FS", (4, 5)),
        ("MTWRFSU", (0, 1, 2, 3, 4, 5, 6)), ("TuTh", (1, 3)), ("MTuWThF", (0, 1, 2, 3, 4)),
        ("TTh", (1, 3)), ("TTH", (1, 3)), ("TH", (3,)), ("Fr", (4,)), ("Su", (6,)), ("MO", (0,)),
        ("Mon, Wed & Fri", (0, 2, 4)), ("M/W/F", (0, 2, 4)), ("Tu Th", (1, 3)),
        ("Tuesday", (1,)), ("thurs", (3,)), ("SatSun", (5, 6)), ("TueSat", (1, 5)),
        ("SaTu", (1, 5)), ("週一三", (0, 2)),
        ("星期二、星期四", (1, 3)), ("\uff2d\uff37", (0, 2)),
    ],
)  # fmt: skip
def test_days_are_read(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days
    assert parse_days(format_days(days)) == days


@pytest.mark.parametrize(
    ("text", "reason"),
    [("FR", "may be ThuFri or Fri"), ("SU", "may be SatSun or Sun"), ("TU", "may be Tue or TueSun"),
     ("fr", "may be"), ("MTU", "may be MonTue or MonTueSun"), ("FSU", "may be"),
     ("MX", "not made of days"), ("MM", "not made of days"), ("1,3", "not made of days"),
     ("TuTu", "not made of days"), ("daily", "not made of days")],
)  # fmt: skip
def test_days_with_two_readings_or_none_are_refused(text: str, reason: str) -> None:
    with pytest.raises(WrongCell, match=reason):
        parse_days(text)


@pytest.mark.parametrize(
    ("text", "letters", "names"),
    [("FR", (3, 4), (4,)), ("SU", (5, 6), (6,)), ("TU", (1, 6), (1,)), ("MTU", (0, 1, 6), (0, 1))],
)
def test_a_stated_dialect_decides(
    text: str, letters: tuple[int, ...], names: tuple[int, ...]
) -> None:
    assert parse_days(text, Dialect.LETTERS) == letters
    assert parse_days(text, Dialect.NAMES) == names


@pytest.mark.parametrize(
    ("start", "end", "times"),
    [
        ("9:00", "9:50", (540, 590)), ("09:00:00", "09:50:00", (540, 590)),
        ("0930", "1050", (570, 650)), ("930", "1050", (570, 650)), ("9.30", "10.50", (570, 650)),
        ("9:00 AM", "9:50 AM", (540, 590)), ("9:30", "10:50a", (570, 650)),
        ("11:30", "1:20p", (690, 800)), ("9:30", "10:50p", (1290, 1370)),
        ("8a", "9.50am", (480, 590)), ("12:00 PM", "12:50 p.m.", (720, 770)),
        ("9h00", "9h50", (540, 590)), ("22:00", "02:00", (1320, 1560)),
        ("10:00p", "2:00", (1320, 1560)), ("22:00", "24:00", (1320, 1440)),
        ("18:00", "0:00", (1080, 1440)), ("\uff19\uff1a\uff10\uff10", "9:50", (540, 590)),
        ("7:00", "22:00", (420, 1320)), ("9:00a", "14:00", (540, 840)),
    ],
)  # fmt: skip
def test_times_are_read(start: str, end: str, times: tuple[int, int]) -> None:
    assert parse_times(start, end) == times


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("8", "9:00", "“8” is not a time"), ("9:3", "10:00", "“9:3” is not a time"),
        ("25:00", "26:00", "“25:00” is not a time from 00:00 to 24:00"),
        ("24:30", "24:40", "“24:30” is not a time from"), ("9:60", "10:00", "“9:60” is not a time"),
        ("13:00 PM", "2 PM", "“13:00 PM” is not a time"), ("0:30am", "2am", "is not a time"),
        ("9:00:30", "10:00", "is not a time"), ("noon", "13:00", "“noon” is not a time"),
        ("09:00", "08:00", "ends at 08:00, not after its start at 09:00"),
        ("09:00", "09:00", "not after its start"), ("24:00", "02:00", "not after its start"),
        ("12:30", "1:20", "not after its start"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_read_are_refused(start: str, end: str, reason: str) -> None:
    with pytest.raises(WrongCell, match=reason):
        parse_times(start, end)


@pytest.mark.parametrize(
    ("text", "meetings"),
    [
        ("", ()),
        ("LE TR 17:00-18:20 MANDE B-150",
         (weekly(1, 1020, 1100, room="MANDE B-150"), weekly(3, 1020, 1100, room="MANDE B-150"))),
        ("TR 08:00-09:00", (weekly(1, 480, 540, kind=""), weekly(3, 480, 540, kind=""))),
        ("ST MTWRF 17:30-22:20", tuple(weekly(day, 1050, 1340, kind="ST") for day in range(5))),
        ("SU U 22:00-24:00", (weekly(6, 1320, 1440, kind="SU"),)),
        ("FI 2022-06-09 19:00-21:59 X",
         (Meeting(kind="FI", start=1140, end=1319, date="2022-06-09", room="X"),)),
        ("LE M 08:00-09:00|DI W 10:00-10:50 | ",
         (weekly(0, 480, 540), weekly(2, 600, 650, kind="DI"))),
        ("LE MWF 0930-1050 HALL 2", tuple(weekly(d, 570, 650, room="HALL 2") for d in (0, 2, 4))),
        ("LE MWF 9.30-10.50", tuple(weekly(day, 570, 650) for day in (0, 2, 4))),
        ("LE TuTh 9:30a-10:50a", (weekly(1, 570, 650), weekly(3, 570, 650))),
        ("LE Tu Th 9:30 AM - 10:50 AM", (weekly(1, 570, 650), weekly(3, 570, 650))),
        ("LE M, W 9:00 to 9:50 A HALL", (weekly(0, 540, 590, room="A HALL"),
                                         weekly(2, 540, 590, room="A HALL"))),
        ("CL F 22:00-02:00", (weekly(4, 1320, 1560, kind="CL"),)),
        ("SU SatSun 10:00-12:00", (weekly(5, 600, 720, kind="SU"), weekly(6, 600, 720, kind="SU"))),
        ("MonSun 9:00-10:00", (weekly(0, 540, 600, kind=""), weekly(6, 540, 600, kind=""))),
        ("Independent Study F 9:00-10:00", (weekly(4, 540, 600, kind="Independent Study"),)),
        ("LE 週二 9：00～10：00 大樓 1", (weekly(1, 540, 600, room="大樓 1"),)),  # noqa: RUF001
    ],
)  # fmt: skip
def test_meetings_are_read(text: str, meetings: tuple[Meeting, ...]) -> None:
    assert parse_meetings(text) == Schedule(meetings=meetings)
    assert parse_meetings(format_meetings(meetings)) == Schedule(meetings=meetings)


@pytest.mark.parametrize(
    "text",
    ["IN", "LE OTRSN 1E106", "08:00-08:01", "LE 8:00-8:50", "LE TBA 9:00-10:00 X", "TBA", "ARR",
     "LE TR", "LE TR TBD", "LE M 00:00-00:00", "SE To be arranged", "LE M 12:00 AM-12:00 AM"],
)  # fmt: skip
def test_meeting_without_day_or_time_is_to_be_arranged(text: str) -> None:
    assert parse_meetings(text) == Schedule(to_arrange=(text,))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("LE MX 08:00-09:00", "“MX” is not made of days"),
        ("XYZ 08:00-09:00", "“XYZ” is not made of days"),
        ("LE A B M 09:00-10:00", "is not made of days"),
        ("LE FR 09:00-10:00", "“FR” may be ThuFri or Fri"),
        ("TU 09:00-10:00", "“TU” may be a kind or days"),
        ("MU 09:00-10:00", "“MU” may be a kind or days"),
        ("LE M 25:00-26:00", "“25:00” is not a time"),
        ("LE M 09:00-08:00", "ends at 08:00, not after"),
        ("LE M 09:00", "No time can be read in “LE M 09:00”"),
        ("LE M 0900", "No time can be read"),
        ("LE MWF 9.3-10.2 HALL 2", "“9.3” is not a time"),
        ("LE MWF 9-10 HALL 2", "“9” is not a time"),
        ("LE TR 9.30, HALL 2", "No time can be read"),
        ("LE 2022-02-30 09:00-10:00", "is not a date"),
        ("FI 6/9/2022 09:00-10:00", "may be 2022-06-09 or 2022-09-06"),
    ],
)
def test_invalid_meeting_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(WrongCell, match=reason):
        parse_meetings(text)


@pytest.mark.parametrize(
    ("days", "start", "end", "found"),
    [
        ("TR", "9:00", "9:50", "LE TR 09:00-09:50 H"), ("TBA", "9:00", "9:50", ""),
        ("TR", "TBA", "TBA", ""), ("TR", "", "", ""), ("", "8:00", "8:01", ""), ("", "", "", None),
    ],
)  # fmt: skip
def test_first_meeting_has_columns_of_its_own(
    days: str, start: str, end: str, found: str | None
) -> None:
    schedule = parse_columns(kind="LE", days=days, start=start, end=end, room="H")
    assert format_meetings(schedule.meetings) == (found or "")
    assert bool(schedule.to_arrange) == (found == "")


def test_start_and_end_belong_together() -> None:
    with pytest.raises(WrongCell, match="belong together"):
        parse_columns(kind="", days="M", start="9:00", end="", room="")
