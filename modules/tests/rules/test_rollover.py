"""The next term: whole weeks later, on the same days of the week and at the same times of day."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from modules.rules.meetings import parse_meetings
from modules.rules.rollover import shift_day, shift_section, shift_term
from modules.rules.term_picture import Span, term_svg
from project.events.modules import Period, SectionChanged, TermChanged

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("day", "weeks", "then"),
    [
        ("2026-09-07", 52, "2027-09-06"),
        ("2026-09-07", 53, "2027-09-13"),
        ("2028-02-29", 1, "2028-03-07"),
        ("2026-12-28", 1, "2027-01-04"),
        (None, 52, None),
    ],
)
def test_a_day_moves_by_whole_weeks(day: str | None, weeks: int, then: str | None) -> None:
    assert shift_day(day, weeks) == then
    if day and then:
        assert date.fromisoformat(day).weekday() == date.fromisoformat(then).weekday()


@pytest.mark.parametrize(
    ("moment", "weeks", "then"),
    [
        ("2026-10-02T23:59:00+00:00", 52, "2027-10-01T23:59:00+00:00"),
        ("2026-10-30T16:00:00+00:00", 1, "2026-11-06T17:00:00+00:00"),
        ("2027-03-12T17:00:00+00:00", 1, "2027-03-19T16:00:00+00:00"),
        ("2027-03-12T08:00:00+00:00", 52, "2028-03-10T08:00:00+00:00"),
        ("2026-11-01T08:30:00+00:00", 1, "2026-11-08T09:30:00+00:00"),
    ],
)
def test_a_deadline_keeps_its_time_of_day_on_the_campus(moment: str, weeks: int, then: str) -> None:
    old = TermChanged(term=1, code="A", name="A", drop_until=moment, is_paused=True)
    new = shift_term(old, number=2, code="B", name="Bee", weeks=weeks, zone=LOS_ANGELES)
    assert new == TermChanged(term=2, code="B", name="Bee", drop_until=then, is_draft=True)


def test_breaks_and_parts_move_along() -> None:
    week = Period(name="Reading week", starts_on="2026-10-19", ends_on="2026-10-23")
    old = TermChanged(term=1, code="A", name="A", breaks=(week,), parts=(week, week))
    new = shift_term(old, number=2, code="B", name="B", weeks=52, zone=LOS_ANGELES)
    assert new.breaks == (replace(week, starts_on="2027-10-18", ends_on="2027-10-22"),)
    assert new.parts == new.breaks * 2


def test_a_section_keeps_all_but_its_dates() -> None:
    meetings = parse_meetings("LE MW 09:00-10:00 HALL 2|FI 2026-12-14 08:00-11:00 GYM").meetings
    old = SectionChanged(
        section=7, term=1, module=3, module_code="M 1", code="A01", seats=40, credit_quarters=14,
        is_open=False, meetings=meetings, instructor="Noether",
    )  # fmt: skip
    old = replace(old, starts_on="2026-09-07", ends_on="2026-10-16", part="First half")
    new = shift_section(old, number=8, term=2, weeks=52)
    assert (new.starts_on, new.ends_on, new.part) == ("2027-09-06", "2027-10-15", "First half")
    assert (new.section, new.term, new.meetings[:2]) == (8, 2, meetings[:2])
    assert new.meetings[2].date == "2027-12-13"
    kept = ("module", "code", "seats", "credit_quarters", "is_open", "instructor")
    assert [getattr(new, name) for name in kept] == [getattr(old, name) for name in kept]


def moment(day: int) -> datetime:
    return datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=day)


@pytest.mark.parametrize(
    ("spans", "bars", "dots"),
    [
        ([(0, 90)], 1, 0),
        ([(0, 9), (30, 30), (10, 90)], 2, 1),
        ([(5, 5)], 0, 1),
        ([(5, 5), (5, 5)], 0, 2),
        ([(-400, 900)], 1, 0),
    ],
)
def test_the_picture_has_a_bar_or_a_dot_for_each_row(
    spans: list[tuple[int, int]], bars: int, dots: int
) -> None:
    rows = [Span(label="<term> & co", start=moment(a), end=moment(b)) for a, b in spans]
    svg = term_svg(rows, now=moment(20), show=lambda at: f"{at:%d.%m.}")
    assert (svg.count("<rect"), svg.count("<circle")) == (bars, dots)
    title = re.search("<title>(.*)</title>", svg)
    assert title
    assert title[1].count("&lt;term&gt; &amp; co") == len(spans)
    assert all(int(width) < 860 for width in re.findall('<rect [^>]* width="([0-9]+)"', svg))


def test_without_dates_there_is_no_picture() -> None:
    assert term_svg([], now=moment(0), show=str) == ""
