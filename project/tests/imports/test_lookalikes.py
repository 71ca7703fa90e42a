"""Codes that are probably one are found; codes that only resemble each other are not."""

import pytest

from project.imports.lookalikes import find_lookalikes

PAIRS = [
    ("001", "1"), ("1E02", "100"), ("1E02", "1.00E+02"), ("3-1", "1-Mar"), ("3-1", "Mar-01"),
    ("3-1", "2022-03-01"), ("3/1", "3/1/2022"), ("MAR1", "1-Mar"), ("1,001", "1"),
    ("1,001", "1001"), ("1.10", "1.1"), ("1.0", "1"), ("CSE 11", "cse11"), ("CSE 11", "CSE-011"),
    ("CSE 11", "ＣＳＥ　１１"), ("CSE 11", "\u0421SE 11"), ("A–1", "A-1"),  # noqa: RUF001
]  # fmt: skip
DIFFERENT = [
    ("A01", "A02"), ("CSE 11", "CSE 11R"), ("3-1", "1-3"), ("1-1", "11"), ("100", "1000"),
    ("1-Mar", "2-Mar"), ("LE 1", "1"), ("001", "001"), ("MATH 20A", "MATH 20B"), ("1.5", "15"),
]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_two_spellings_of_a_code_are_found_either_way(pair: tuple[str, str]) -> None:
    for code, other in (pair, pair[::-1]):
        found = find_lookalikes(new=[code], known=[other])
        assert [(one.code, one.other) for one in found] == [(code, other)]


@pytest.mark.parametrize("pair", DIFFERENT)
def test_two_codes_are_not_mistaken_for_one(pair: tuple[str, str]) -> None:
    assert find_lookalikes(new=[pair[0]], known=[pair[1]]) == []


def test_two_spellings_within_one_file_are_found() -> None:
    assert len(find_lookalikes(new=["cse 11", "CSE 11", "CSE 12"], known=[])) == 1
