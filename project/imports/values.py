"""Parsers of cells that any format may use. Each returns the only possible reading, or raises
WrongCell: also where two readings are possible."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from project.imports.defects import NOTHING, Message, WrongCell, message

T = TypeVar("T")
_PLAIN = re.compile(r"[0-9]+([.,][0-9]*)?")
_GROUPED = re.compile(r"[0-9]{1,3}([.,'\u2019 ][0-9]{3})+([.,][0-9]+)?")
_YES, _NO = {"yes", "y", "true", "1", "x", "是"}, {"no", "n", "false", "0", "否"}
_ISO = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SLASHED = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})")


def _(text: str) -> str:
    return text


def text(cell: str) -> str:
    """Any text."""
    return cell


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A whole number within bounds: `30`, `30.0`, `1,200`."""

    def parse(cell: str) -> int:
        readings = [one for one in _readings(cell) if one == one.to_integral_value()]
        reason = _("“{value}” is not a whole number from {low} to {high}.")
        return int(
            _only(cell, readings, low, high, message(reason, value=cell, low=low, high=high))
        )

    return parse


def decimal_number(low: int, high: int | Decimal, *, step: Decimal) -> Callable[[str], Decimal]:
    """A number within bounds, in steps: `2.5`, `2,5`. `2,500` is 2.5 where 2500 is out of bounds,
    and refused where it is not."""

    def parse(cell: str) -> Decimal:
        reason = _("“{value}” is not a number from {low} to {high} in steps of {step}.")
        wrong = message(reason, value=cell, low=low, high=high, step=str(step))
        number = _only(cell, _readings(cell), low, high, wrong)
        if number % step:
            raise WrongCell(wrong)
        return number

    return parse


def _readings(cell: str) -> set[Decimal]:
    """Every number that the cell may mean."""
    plain = unicodedata.normalize("NFKC", cell)
    found = set()
    if _PLAIN.fullmatch(plain):
        found.add(Decimal(plain.replace(",", ".")))
    if _GROUPED.fullmatch(plain):
        found.update(_grouped(plain))
    return found


def _grouped(plain: str) -> set[Decimal]:
    marks = re.findall(r"[^0-9]", plain)
    if len(set(marks)) == 1:
        return {Decimal(re.sub(r"[^0-9]", "", plain))}
    if len(set(marks[:-1])) == 1:
        whole, part = plain.rsplit(marks[-1], 1)
        return {Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{part}")}
    return set()


def _only(
    cell: str,
    readings: "set[Decimal] | list[Decimal]",
    low: int,
    high: int | Decimal,
    wrong: Message,
) -> Decimal:
    fitting = sorted({one for one in readings if low <= one <= high})
    if len(fitting) > 1:
        reason = _("“{value}” may mean {one} or {other}.")
        raise WrongCell(
            message(reason, value=cell, one=str(fitting[0]), other=str(fitting[1])),
            message(_("Write it without a thousands separator.")),
        )
    if not fitting:
        raise WrongCell(wrong)
    return fitting[0]


def yes_no(cell: str) -> bool:
    """`yes` or `no`, and how people and programs abbreviate them."""
    folded = cell.casefold()
    if folded in _YES | _NO:
        return folded in _YES
    raise WrongCell(message(_("“{value}” is neither yes nor no."), value=cell))


def day(cell: str) -> date:
    """A date: `2026-09-07`, `7.9.2026`; with slashes only where day and month cannot be swapped."""
    found = {one for one in _dates(cell) if one}
    if len(found) == 1:
        return found.pop()
    fix = message(_("Write it as 2026-09-07."))
    if len(found) > 1:
        one, other = sorted(found)
        reason = _("“{value}” may be {one} or {other}.")
        raise WrongCell(message(reason, value=cell, one=str(one), other=str(other)), fix)
    raise WrongCell(message(_("“{value}” is not a date."), value=cell), fix)


def _dates(cell: str) -> list[date | None]:
    if found := _ISO.fullmatch(cell):
        return [_date(found[1], found[2], found[3])]
    if found := _DAY_FIRST.fullmatch(cell):
        return [_date(found[3], found[2], found[1])]
    if found := _SLASHED.fullmatch(cell):
        return [_date(found[3], found[1], found[2]), _date(found[3], found[2], found[1])]
    return []


def _date(year: str, month: str, in_month: str) -> date | None:
    try:
        return date(int(year), int(month), int(in_month))
    except ValueError:
        return None


def choice(words: Mapping[str, T]) -> Callable[[str], T]:
    """One of some words, without regard to case."""
    known = {word.casefold(): value for word, value in words.items()}

    def parse(cell: str) -> T:
        if cell.casefold() not in known:
            reason = _("“{value}” is not one of: {words}.")
            shown = ", ".join(word for word in words if word)
            raise WrongCell(message(reason, value=cell, words=shown), NOTHING)
        return known[cell.casefold()]

    return parse
