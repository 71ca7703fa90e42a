"""Numbers, dates and words: the only possible reading, or a refusal."""

from datetime import date
from decimal import Decimal

import pytest

from project.imports import values
from project.imports.defects import WrongCell

SEATS = values.whole_number(0, 9999)
CREDITS = values.decimal_number(0, 99, step=Decimal("0.25"))
MONEY = values.decimal_number(0, 10_000, step=Decimal("0.01"))


@pytest.mark.parametrize(
    ("cell", "number"),
    [("30", 30), ("030", 30), ("30.0", 30), ("30,0", 30), ("1,200", 1200), ("1.200", 1200),
     ("1 200", 1200), ("1'200", 1200), ("\uff13\uff10", 30), ("0", 0)],
)  # fmt: skip
def test_whole_number_is_read(cell: str, number: int) -> None:
    assert SEATS(cell) == number


@pytest.mark.parametrize("cell", ["-1", "10000", "3.5", "many", "٣", "1e3", "1,20,0", "+3", "3x"])
def test_what_is_no_whole_number_is_refused(cell: str) -> None:
    with pytest.raises(WrongCell, match="is not a whole number from 0 to 9999"):
        SEATS(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("2.5", "2.5"), ("2,5", "2.5"), ("4", "4"), ("4.00", "4"), ("2,500", "2.5"), ("0.25", "0.25")],
)
def test_decimal_number_is_read(cell: str, number: str) -> None:
    assert CREDITS(cell) == Decimal(number)


@pytest.mark.parametrize("cell", ["0.3", "100", "nan", "1e1", "-2", "2.5.5", "1-4"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(WrongCell, match=r"is not a number from 0 to 99 in steps of 0\.25"):
        CREDITS(cell)


def test_number_with_two_readings_is_refused_where_both_fit() -> None:
    assert MONEY("1,234.5") == Decimal("1234.5")
    with pytest.raises(WrongCell, match=r"“1,500” may mean 1\.500 or 1500"):
        MONEY("1,500")


@pytest.mark.parametrize(
    ("cell", "found"),
    [("2026-09-07", date(2026, 9, 7)), ("2026/9/7", date(2026, 9, 7)),
     ("7.9.2026", date(2026, 9, 7)), ("13/9/2026", date(2026, 9, 13)),
     ("9/13/2026", date(2026, 9, 13)), ("9/9/2026", date(2026, 9, 9)),
     ("2026年9月7日", date(2026, 9, 7))],
)  # fmt: skip
def test_day_is_read(cell: str, found: date) -> None:
    assert values.day(cell) == found


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("7/9/2026", "may be 2026-07-09 or 2026-09-07"), ("2026-02-30", "is not a date"),
     ("7.9.26", "is not a date"), ("tomorrow", "is not a date"), ("46272", "is not a date")],
)  # fmt: skip
def test_day_with_two_readings_or_none_is_refused(cell: str, reason: str) -> None:
    with pytest.raises(WrongCell, match=reason):
        values.day(cell)


def test_words_are_read_without_case() -> None:
    parse = values.choice({"Full": 1, "Part": 2})
    assert [parse("full"), parse("PART"), values.yes_no("Y"), values.yes_no("FALSE")] == [
        1, 2, True, False,
    ]  # fmt: skip
    with pytest.raises(WrongCell, match="“half” is not one of: Full, Part"):
        parse("half")
    with pytest.raises(WrongCell, match="neither yes nor no"):
        values.yes_no("perhaps")
