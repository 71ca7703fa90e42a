"""Where the picture of a week puts each meeting."""

from typing import Any

from registration.rules.timetable import (
    GUTTER,
    HEAD,
    HOUR,
    WIDTH,
    Standing,
    Timetable,
    TimetableCourse,
    hue_of,
    layout_timetable,
)


def meeting(day: int, start: str, end: str) -> dict[str, Any]:
    return {"day": day, "start": _minutes(start), "end": _minutes(end), "room": "R1"}


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def course(section: int, *meetings: dict[str, Any], standing: str = "planned") -> TimetableCourse:
    name = f"MOD {section}"
    return TimetableCourse(
        section=section, module=name, code="A", standing=Standing(standing), meetings=meetings
    )


def conflicting(drawn: Timetable) -> set[int]:
    return {box.section for box in drawn.boxes if box.conflicts}


def test_an_empty_week_shows_the_workdays_from_nine_to_five() -> None:
    drawn = layout_timetable([])
    assert [column.day for column in drawn.columns] == [0, 1, 2, 3, 4]
    assert [line.hour for line in drawn.lines] == list(range(9, 18))
    assert (drawn.boxes, drawn.timeless) == ((), ())


def test_a_meeting_stands_at_its_day_and_hour() -> None:
    (box,) = layout_timetable([course(1, meeting(1, "10:00", "11:30"))]).boxes
    wide = (WIDTH - GUTTER) // 5
    assert GUTTER + wide <= box.x < box.x + box.width <= GUTTER + 2 * wide
    assert box.y == HEAD + HOUR + 1
    assert box.height == HOUR * 3 // 2 - 2


def test_a_meeting_over_midnight_stands_on_both_days() -> None:
    night = {"day": 6, "start": 1320, "end": 1560, "room": ""}
    drawn = layout_timetable([course(1, night), course(2, meeting(0, "01:00", "03:00"))])
    assert [(box.day, box.start, box.end) for box in drawn.boxes if box.section == 1] == [
        (0, 0, 120), (6, 1320, 1440),
    ]  # fmt: skip
    assert conflicting(drawn) == {1, 2}


def test_the_week_grows_with_what_is_in_it() -> None:
    drawn = layout_timetable(
        [course(1, meeting(6, "07:30", "08:00"), meeting(0, "20:00", "21:10"))]
    )
    assert len(drawn.columns) == 7
    assert (drawn.lines[0].hour, drawn.lines[-1].hour) == (7, 22)
    assert all(box.y > 0 and box.y + box.height <= drawn.height for box in drawn.boxes)


def test_who_meets_at_the_same_time_stands_side_by_side_and_is_marked() -> None:
    one, other = course(1, meeting(0, "10:00", "12:00")), course(2, meeting(0, "11:00", "13:00"))
    later = course(3, meeting(0, "13:00", "14:00"))
    drawn = layout_timetable([one, other, later])
    left, right, alone = drawn.boxes
    assert left.x + left.width <= right.x
    assert alone.width > left.width
    assert conflicting(drawn) == {1, 2}


def test_a_lane_is_used_again_as_soon_as_it_is_free() -> None:
    drawn = layout_timetable(
        [
            course(1, meeting(0, "09:00", "12:00")),
            course(2, meeting(0, "09:00", "10:00")),
            course(3, meeting(0, "10:00", "11:00")),
        ]
    )
    xs = {box.section: box.x for box in drawn.boxes}
    assert xs[2] == xs[3] != xs[1]


def test_two_meetings_of_one_section_and_a_waitlisted_one_are_no_conflict() -> None:
    double = course(1, meeting(0, "10:00", "12:00"), meeting(0, "11:00", "13:00"))
    waitlisted = course(2, meeting(0, "10:00", "11:00"), standing="waitlisted")
    assert conflicting(layout_timetable([double, waitlisted])) == set()


def test_sections_without_a_weekly_meeting_are_listed_apart() -> None:
    dated = {"date": "2026-12-12", "day": None, "start": 540, "end": 600}
    drawn = layout_timetable([course(1), course(2, dated), course(3, meeting(0, "9:00", "10:00"))])
    assert [one.section for one in drawn.timeless] == [1, 2]
    assert [box.section for box in drawn.boxes] == [3]


def test_a_module_keeps_its_colour() -> None:
    assert hue_of("CSE 8A") == hue_of("CSE 8A")
    assert len({hue_of(f"MOD {n}") for n in range(200)}) == 8
