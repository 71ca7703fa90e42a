"""Meetings: parsed from the catalogue's format, refused with a reason, formatted again."""

import pytest

from modules.rules.meetings import WrongMeeting, format_meetings, parse_meetings
from project.events.modules import Meeting


def weekly(day: int, start: int, end: int, kind: str = "LE", room: str = "") -> Meeting:
    return Meeting(kind=kind, start=start, end=end, day=day, room=room)


@pytest.mark.parametrize(
    ("text", "meetings"),
    [
        ("", ()),
        ("IN", ()),
        ("LE OTRSN 1E106", ()),
        ("LE TR 17:00-18:20 MANDE B-150",
         (weekly(1, 1020, 1100, room="MANDE B-150"), weekly(3, 1020, 1100, room="MANDE B-150"))),
        ("TR 08:00-09:00", (weekly(1, 480, 540, kind=""), weekly(3, 480, 540, kind=""))),
        ("ST MTWRF 17:30-22:20", tuple(weekly(day, 1050, 1340, kind="ST") for day in range(5))),
        ("SU U 22:00-24:00", (weekly(6, 1320, 1440, kind="SU"),)),
        ("FI 2022-06-09 19:00-21:59 X",
         (Meeting(kind="FI", start=1140, end=1319, date="2022-06-09", room="X"),)),
        ("LE M 08:00-09:00|DI W 10:00-10:50 | IN",
         (weekly(0, 480, 540), weekly(2, 600, 650, kind="DI"))),
    ],
)  # fmt: skip
def test_meetings_are_read(text: str, meetings: tuple[Meeting, ...]) -> None:
    assert parse_meetings(text) == meetings
    assert parse_meetings(format_meetings(meetings)) == meetings


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("LE MX 08:00-09:00", '"MX" is not made of the days'),
        ("LE M 25:00-26:00", '"25:00" is not a time'),
        ("LE M 24:30-24:40", '"24:30" is not a time'),
        ("LE M 09:00-08:00", "ends at 08:00, not after"),
        ("LE M 09:00-09:00", "ends at 09:00, not after"),
        ("LE M 09:00", "not a start and an end"),
        ("LE 2022-02-30 09:00-10:00", "not a date"),
        ("09:00-10:00", "is not `"),
        ("LE A B M 09:00-10:00", "is not `"),
    ],
)
def test_invalid_meeting_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(WrongMeeting, match=reason):
        parse_meetings(text)
