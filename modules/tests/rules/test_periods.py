"""Breaks and parts of a term as staff write them."""

from datetime import date

import pytest

from modules.rules.periods import (
    WrongPeriod,
    check_periods,
    check_within,
    format_periods,
    parse_periods,
)
from project.events.modules import Period


def period(name: str, first: str, last: str = "") -> Period:
    return Period(name=name, starts_on=first, ends_on=last or first)


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("", ()),
        ("\n  \n", ()),
        ("2026-10-19 2026-10-23 Reading week", [("Reading week", "2026-10-19", "2026-10-23")]),
        ("2026-11-02 Founders' Day", [("Founders' Day", "2026-11-02")]),
        ("2026-11-02  2026-11-02  All Souls", [("All Souls", "2026-11-02")]),
        ("2026-11-02 2nd half", [("2nd half", "2026-11-02")]),
        ("2026-09-07 2026-10-16 A\r\n2026-10-19 2026-12-18 B",
         [("A", "2026-09-07", "2026-10-16"), ("B", "2026-10-19", "2026-12-18")]),
        ("2026-12-25 聖誕節", [("聖誕節", "2026-12-25")]),
    ],
)  # fmt: skip
def test_a_line_is_a_period(text: str, periods: list[tuple[str, ...]]) -> None:
    parsed = parse_periods(text)
    assert parsed == tuple(period(*one) for one in periods)
    assert parse_periods(format_periods(parsed)) == parsed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Reading week", 'Line 1: "Reading" is not a day like 2026-11-02.'),
        ("2026-11-02 A\n19/10/2026 B", 'Line 2: "19/10/2026" is not a day'),
        ("2026-02-30 A", 'Line 1: "2026-02-30" is not a day'),
        ("2026-11-02", "Line 1 lacks a name"),
        ("2026-11-02 2026-11-03", "Line 1 lacks a name"),
        ("2026-11-03 2026-11-02 A", "Line 1: A ends on 2026-11-02, before it starts."),
        ("2026-11-03 2026-13-02 A", 'Line 1: "2026-13-02" is not a day'),
    ],
)
def test_a_line_that_is_none_is_named(text: str, message: str) -> None:
    with pytest.raises(WrongPeriod, match=message):
        parse_periods(text)


A, B = period("A", "2026-10-19", "2026-10-23"), period("B", "2026-10-23", "2026-10-30")


def test_periods_fit_together() -> None:
    with pytest.raises(WrongPeriod, match="A and B share the day 2026-10-23"):
        check_periods(breaks=(B, A), parts=())
    with pytest.raises(WrongPeriod, match="two parts of the name A"):
        check_periods(breaks=(), parts=(A, period("A", "2026-11-02")))
    check_periods(breaks=(A,), parts=(A, B))


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (date(2026, 10, 20), date(2026, 12, 18), "A is not within the term"),
        (date(2026, 9, 7), date(2026, 10, 29), "B is not within the term"),
        (None, None, "needs a first and a last day"),
    ],
)
def test_periods_lie_within_the_term(first: date | None, last: date | None, message: str) -> None:
    with pytest.raises(WrongPeriod, match=message):
        check_within((A, B), first=first, last=last)
    check_within((A, B), first=date(2026, 10, 19), last=date(2026, 10, 30))
    check_within((), first=first, last=last)
