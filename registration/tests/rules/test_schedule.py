"""Two sections meet only on days on which both are held; a one-off meeting beside a class warns."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import pytest

from project.bus.sql import fetch
from registration.rules.one_off import find_one_off_overlaps
from registration.rules.schedule import days_held, intervals_overlap, meeting_slots
from registration.rules.timetable import Standing, TimetableCourse, layout_timetable

MON, TUE, WED, SAT, SUN = 0, 1, 2, 5, 6
# 15 February 2027 is a Monday.
SPRING = ("2027-02-15", "2027-06-11")
READING_WEEK, EASTER_MONDAY = ("2027-03-29", "2027-04-02"), ("2027-04-05", "2027-04-05")
Meeting = Mapping[str, Any]


def weekly(day: int, start: int, end: int, first: str = "", last: str = "") -> Meeting:
    days = {"starts_on": first or None, "ends_on": last or None}
    return {"kind": "LE", "day": day, "date": None, "start": start, "end": end, **days}


def dated(day: str, start: int, end: int, kind: str = "MI") -> Meeting:
    return {"kind": kind, "day": None, "date": day, "start": start, "end": end}


def teaching(*periods: tuple[str, str]) -> list[int]:
    return [
        (date.fromisoformat(day) - date(1970, 1, 1)).days for period in periods for day in period
    ]


TERM = teaching(SPRING, READING_WEEK, EASTER_MONDAY)
FIRST_HALF, SECOND_HALF = ("2027-02-15", "2027-04-09"), ("2027-04-12", "2027-06-11")
CASES: list[tuple[str, Meeting, Meeting, bool]] = [
    ("all term", weekly(MON, 540, 600), weekly(MON, 590, 650), True),
    ("one after the other", weekly(MON, 540, 600), weekly(MON, 600, 650), False),
    ("on other weekdays", weekly(MON, 540, 600), weekly(TUE, 540, 600), False),
    ("halves", weekly(MON, 540, 600, *FIRST_HALF), weekly(MON, 540, 600, *SECOND_HALF), False),
    ("a half and all", weekly(MON, 540, 600, *FIRST_HALF), weekly(MON, 540, 600), True),
    (
        "halves that share a week, but not that weekday",
        weekly(MON, 540, 600, "2027-02-15", "2027-04-13"),
        weekly(MON, 540, 600, "2027-04-13", "2027-06-11"),
        False,
    ),
    (
        "halves that share that weekday",
        weekly(TUE, 540, 600, "2027-02-15", "2027-04-13"),
        weekly(TUE, 540, 600, "2027-04-13", "2027-06-11"),
        True,
    ),
    (
        "all shared days are in the reading week",
        weekly(WED, 540, 600, "2027-02-15", "2027-04-02"),
        weekly(WED, 540, 600, "2027-03-29", "2027-06-11"),
        False,
    ),
    (
        "the only shared day is a holiday",
        weekly(MON, 540, 600, "2027-02-15", "2027-04-05"),
        weekly(MON, 540, 600, "2027-04-05", "2027-06-11"),
        False,
    ),
    (
        "before the term only",
        weekly(MON, 540, 600, "2027-01-04", "2027-02-14"),
        weekly(MON, 540, 600, "2027-01-04", "2027-06-11"),
        False,
    ),
    (
        "only its first day is given",
        weekly(MON, 540, 600, "2027-04-12"),
        weekly(MON, 540, 600),
        True,
    ),
    (
        "starts when the other has ended",
        weekly(MON, 540, 600, "2027-04-12"),
        weekly(MON, 540, 600, "", "2027-04-11"),
        False,
    ),
    ("dates that differ", dated("2027-03-06", 540, 600), dated("2027-03-13", 540, 600), False),
    ("one date", dated("2027-03-06", 540, 600), dated("2027-03-06", 590, 700), True),
    ("an exam and a class", dated("2027-03-02", 1140, 1200), weekly(TUE, 1080, 1250), False),
    (
        "over midnight into the next morning",
        weekly(MON, 1380, 1560),
        weekly(TUE, 60, 180),
        True,
    ),
    (
        "over midnight, after the last night",
        weekly(MON, 1380, 1560, "2027-02-15", "2027-03-01"),
        weekly(TUE, 60, 180, "2027-03-03", "2027-06-11"),
        False,
    ),
    ("from Sunday into Monday", weekly(SUN, 1380, 1560), weekly(MON, 60, 180), True),
    ("until Monday begins", weekly(SUN, 1380, 1500), weekly(MON, 60, 180), False),
    (
        "from the last Sunday into a Monday of the other half",
        weekly(SUN, 1380, 1560, *FIRST_HALF),
        weekly(MON, 60, 180, *SECOND_HALF),
        False,
    ),
    (
        "over midnight, the last night only",
        weekly(MON, 1380, 1560, "2027-02-15", "2027-03-01"),
        weekly(TUE, 60, 180, "2027-03-02", "2027-06-11"),
        True,
    ),
]


@pytest.mark.parametrize(
    ("one", "other", "conflict"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_sections_conflict_only_on_days_on_which_both_meet(
    one: Meeting, other: Meeting, conflict: bool
) -> None:
    ours, theirs = meeting_slots(one), meeting_slots(other)
    assert intervals_overlap(ours, theirs, TERM) is conflict
    assert intervals_overlap(theirs, ours, TERM) is conflict
    drawn = layout_timetable([_course(1, one), _course(2, other)], TERM)
    if one["day"] is not None and one["day"] == other["day"]:
        assert any(box.conflicts for box in drawn.boxes) is conflict


def _course(number: int, *meetings: Meeting) -> TimetableCourse:
    return TimetableCourse(
        section=number,
        module=f"M {number}",
        code="A",
        standing=Standing.REGISTERED,
        meetings=meetings,
    )


def test_without_days_of_the_term_every_week_counts() -> None:
    assert intervals_overlap(meeting_slots(weekly(MON, 0, 60)), meeting_slots(weekly(MON, 0, 60)))


def _held(meeting: Meeting, days: Sequence[int]) -> list[str]:
    return [
        date.fromordinal(day + 719163).isoformat()
        for day in days_held(meeting_slots(meeting), days)
    ]


def test_the_days_of_a_class_skip_holidays_and_reading_weeks() -> None:
    assert _held(weekly(MON, 540, 600, "2027-03-20", "2027-04-20"), TERM) == [
        "2027-03-22", "2027-04-12", "2027-04-19",
    ]  # fmt: skip
    assert _held(dated("2027-03-30", 540, 600), TERM) == ["2027-03-30"]


@pytest.mark.django_db
def test_the_database_finds_the_same_shared_days() -> None:
    """The search of the catalogue asks the database; a thousand pairs must agree."""
    dice, pairs = Random(7), []
    for _ in range(1000):
        one, other = (
            [1440 * dice.randrange(7), *sorted(dice.choices(range(20860, 21000), k=2))]
            for _ in range(2)
        )
        pairs.append((one, other, dice.choice([TERM, TERM[:2], [], teaching(SPRING, SPRING)])))
    sql = """
SELECT array_agg(share_a_day(p.a / 1440, p.b, p.c, p.d / 1440, p.e, p.f, p.days::int[]) ORDER BY n)
  FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::text[])
       WITH ORDINALITY AS p(a, b, c, d, e, f, days, n)"""
    columns = [[pair[side][n] for pair in pairs] for side in (0, 1) for n in range(3)]
    days = ["{" + ",".join(map(str, pair[2])) + "}" for pair in pairs]
    ((found,),) = fetch(sql, [*columns, days])
    long = 7 * 1440
    expected = [
        intervals_overlap(
            (one[0], one[0] + long, *one[1:]), (other[0], other[0] + long, *other[1:]), days
        )
        for one, other, days in pairs
    ]
    assert found == expected
    assert 100 < sum(found) < 900


ONE_OFFS: list[tuple[Meeting, Meeting, bool]] = [
    (dated("2027-03-02", 1140, 1200), weekly(TUE, 1080, 1250), True),
    (dated("2027-03-02", 1140, 1200), weekly(TUE, 1200, 1250), False),
    (dated("2027-03-03", 1140, 1200), weekly(TUE, 1080, 1250), False),
    (dated("2027-03-30", 1140, 1200), weekly(TUE, 1080, 1250), False),
    (dated("2027-06-15", 1140, 1200), weekly(TUE, 1080, 1250), False),
    (dated("2027-03-02", 1140, 1200), weekly(TUE, 1080, 1250, *SECOND_HALF), False),
    (dated("2027-05-04", 1140, 1200), weekly(TUE, 1080, 1250, *SECOND_HALF), True),
    (dated("2027-03-03", 30, 90), weekly(TUE, 1380, 1500), True),
    (dated("2027-03-02", 1380, 1500), weekly(WED, 30, 90), True),
    (dated("2027-03-02", 1140, 1200), dated("2027-03-02", 1140, 1200), False),
]


@pytest.mark.parametrize(("one_off", "other", "warns"), ONE_OFFS)
def test_a_one_off_meeting_beside_a_class_warns(
    one_off: Meeting, other: Meeting, warns: bool
) -> None:
    courses = [_course(1, other), _course(2, one_off, weekly(SAT, 0, 60))]
    found = find_one_off_overlaps(courses, TERM)
    assert [(one.section, one.other, one.day.isoformat()) for one in found] == (
        [("M 2 A", "M 1 A", one_off["date"])] if warns else []
    )
