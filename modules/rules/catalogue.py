"""A catalogue's rows as drafts of modules and sections, with everything that is wrong in them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from modules.rules.meetings import (
    WrongMeeting,
    days_read,
    meetings_of_columns,
    meetings_read,
    minutes_read,
)
from modules.rules.requirements import Stated
from modules.rules.table import Row, Table
from project.messages.modules import Meeting

UNLIMITED = 9999
SECTION_COLUMNS = ("module_code", "section", "capacity")
SECTION_EXTRAS = (
    "term", "title", "credits_min", "kind", "days", "start", "end", "room", "instructor",
    "meetings", "prereq_text", "prereq_cnf", "prereq_parse",
)  # fmt: skip
MODULE_COLUMNS = ("module_code",)
MODULE_EXTRAS = (
    "title", "credits_min", "department", "prereq_text", "prereq_cnf", "prereq_parse",
)  # fmt: skip

_WHOLE = re.compile(r"[0-9]{1,4}")
_CREDITS = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")
_PARSES = {"", "exact", "partial", "text_only", "none"}
_WEEKLY = ("days", "start", "end")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleDraft:
    """What a file says of a module; None where it has no such column, or nothing in it."""

    code: str
    title: str | None = None
    credits: int | None = None
    department: str | None = None
    stated: Stated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDraft:
    """What a file says of a section; None where it has no such column."""

    line: int
    module_code: str
    code: str
    seats: int | None
    credits: int | None = None
    meetings: tuple[Meeting, ...] | None = None
    instructor: str | None = None
    has_blank_credits: bool = False
    has_broken_credits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One row under the eyes: reads cells, and notes what is wrong with them."""

    table: Table
    row: Row

    def text(self, column: str) -> str:
        """The cell with single spaces; "" where the column is missing."""
        return " ".join(self.row.cells.get(column, "").split())

    def said(self, column: str) -> str | None:
        """The cell, or None where the file has no such column."""
        return self.text(column) if column in self.table.columns else None

    def blame(self, column: str, reason: str) -> None:
        """Note a defect in this row."""
        self.table.blame(self.row.line, column, reason)

    def needed(self, column: str) -> str:
        """A cell that must not be empty."""
        if not self.text(column):
            self.blame(column, "it is empty")
        return self.text(column)

    def tried(self, column: str, read: Callable[[str], T], default: T) -> T:
        """What `read` makes of the cell; what is wrong with it is noted."""
        try:
            return read(self.text(column)) if self.text(column) else default
        except WrongMeeting as wrong:
            self.blame(column, str(wrong))
            return default


def sections_drafted(table: Table) -> tuple[list[SectionDraft], list[ModuleDraft]]:
    """A draft of each section, and of each module that they belong to. Defects go to the table."""
    readings = [Reading(table=table, row=row) for row in table.rows]
    _blame_doubles(readings, ("module_code", "section"))
    _blame_other_terms(readings)
    return [_section(one) for one in readings], _merged(_module(one) for one in readings)


def modules_drafted(table: Table) -> list[ModuleDraft]:
    """A draft of each module of a module list. Defects go to the table."""
    readings = [Reading(table=table, row=row) for row in table.rows]
    _blame_doubles(readings, ("module_code",))
    return [_module(one) for one in readings if one.needed("module_code")]


def _blame_doubles(readings: Iterable[Reading], columns: tuple[str, ...]) -> None:
    first: dict[tuple[str, ...], int] = {}
    for one in readings:
        key = tuple(one.text(column) for column in columns)
        line = first.setdefault(key, one.row.line)
        if all(key) and line != one.row.line:
            one.blame(columns[-1], f"{' '.join(key)} is already on line {line}")


def _blame_other_terms(readings: Iterable[Reading]) -> None:
    first = ""
    for one in readings:
        term = one.text("term")
        first = first or term
        if term and term != first:
            one.blame("term", f"{term}, but the rows before are of {first}: import one at a time")


def _section(one: Reading) -> SectionDraft:
    module_code, code = one.needed("module_code"), one.needed("section")
    return SectionDraft(
        line=one.row.line,
        module_code=module_code,
        code=code,
        seats=_seats(one),
        credits=_credits(one),
        meetings=_meetings(one),
        instructor=one.said("instructor"),
        has_blank_credits=one.said("credits_min") == "",
        has_broken_credits="." in one.text("credits_min"),
    )


def _seats(one: Reading) -> int | None:
    text = one.needed("capacity")
    if text and not _WHOLE.fullmatch(text):
        one.blame("capacity", f'"{text}" is not a whole number from 0 to {UNLIMITED}')
        return 0
    return None if text == str(UNLIMITED) else int(text or 0)


def _credits(one: Reading) -> int | None:
    """Whole credits, rounded up; a blank cell is 0; None where there is no such column."""
    text = one.said("credits_min")
    if text and not _CREDITS.fullmatch(text):
        one.blame("credits_min", f'"{text}" is not a number from 0 to 99')
        return 0
    return None if text is None else ceil(float(text or 0))


def _meetings(one: Reading) -> tuple[Meeting, ...] | None:
    several = one.tried("meetings", meetings_read, tuple[Meeting, ...]())
    weekly = _weekly(one)
    if not one.table.columns.intersection(("meetings", *_WEEKLY)):
        return None
    return several if one.text("meetings") else weekly


def _weekly(one: Reading) -> tuple[Meeting, ...]:
    """The first meeting, which has columns of its own: all three cells are needed, or no time."""
    days, start, end = (one.text(column) for column in _WEEKLY)
    one.tried("days", days_read, tuple[int, ...]())
    begins, ends = one.tried("start", minutes_read, -1), one.tried("end", minutes_read, -1)
    for column in _WEEKLY:
        if (start or end) and not one.text(column):
            one.blame(column, "it is empty, but there is a time")
    if ends >= 0 and begins >= ends:
        one.blame("end", f"{end} is not after the start, {start}")
    if one.table.defects:
        return ()
    return meetings_of_columns(
        kind=one.text("kind"), days=days, start=start, end=end, room=one.text("room")
    )


def _module(one: Reading) -> ModuleDraft:
    return ModuleDraft(
        code=one.text("module_code"),
        title=one.text("title") or None,
        credits=_credits(one) if one.text("credits_min") else None,
        department=one.text("department") or None,
        stated=_stated(one),
    )


def _stated(one: Reading) -> Stated | None:
    parse = one.said("prereq_parse")
    if parse is None:
        return None
    base, _, note = parse.partition("+")
    if base not in _PARSES or note not in ("", "note"):
        one.blame("prereq_parse", f'"{parse}" is not exact, partial, text_only or none')
    cnf = one.text("prereq_cnf")
    if cnf and not all(code.strip() for code in cnf.replace(";", "|").split("|")):
        one.blame("prereq_cnf", "a module code is missing beside a ; or |")
    return Stated(cnf=cnf, parse=parse or "none", text=one.text("prereq_text"))


def _merged(drafts: Iterable[ModuleDraft]) -> list[ModuleDraft]:
    """One draft per module: of each thing, what is said first."""
    merged: dict[str, ModuleDraft] = {}
    for draft in drafts:
        merged[draft.code] = draft_over(merged.get(draft.code), draft)
    return list(merged.values())


def draft_over(first: ModuleDraft | None, second: ModuleDraft | None) -> ModuleDraft:
    """What `first` says, and where it is silent what `second` says. One of them must be there."""
    if first is None or second is None:
        return first or second or ModuleDraft(code="")
    return ModuleDraft(
        code=first.code,
        title=first.title or second.title,
        credits=second.credits if first.credits is None else first.credits,
        department=first.department or second.department,
        stated=first.stated or second.stated,
    )
