"""Parse a catalogue's rows into drafts of modules and sections, recording every error."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from modules.rules.csv_table import Row, Table
from modules.rules.meetings import (
    WrongMeeting,
    meetings_of_columns,
    parse_days,
    parse_meetings,
    parse_time,
)
from modules.rules.requirements import SourceRequirement
from project.events.credits import WrongCredits, format_credits, parse_credits
from project.events.modules import Meeting

UNLIMITED = 9999
SECTION_COLUMNS = ("module_code", "section", "capacity")
SECTION_EXTRAS = (
    "term", "title", "credits_min", "credits_max", "kind", "days", "start", "end", "room",
    "instructor", "meetings", "prereq_text", "prereq_cnf", "prereq_parse",
)  # fmt: skip
MODULE_COLUMNS = ("module_code",)
MODULE_EXTRAS = (
    "title", "credits_min", "credits_max", "department", "prereq_text", "prereq_cnf",
    "prereq_parse",
)  # fmt: skip

_WHOLE = re.compile(r"[0-9]{1,4}")
_PARSES = {"", "exact", "partial", "text_only", "none"}
_WEEKLY = ("days", "start", "end")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleDraft:
    """A module as a file states it; None for a missing column or an empty cell."""

    code: str
    title: str | None = None
    credit_quarters: int | None = None
    credit_quarters_max: int | None = None
    department: str | None = None
    stated: SourceRequirement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDraft:
    """A section as a file states it; None for a missing column."""

    line: int
    module_code: str
    code: str
    seats: int | None
    credit_quarters: int | None = None
    credit_quarters_max: int | None = None
    meetings: tuple[Meeting, ...] | None = None
    instructor: str | None = None
    has_blank_credits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowParser:
    """Parses one CSV row and records an error per bad cell."""

    table: Table
    row: Row

    def text(self, column: str) -> str:
        """The cell with single spaces; "" if the column is missing."""
        return " ".join(self.row.cells.get(column, "").split())

    def given(self, column: str) -> str | None:
        """The cell, or None if the file has no such column."""
        return self.text(column) if column in self.table.columns else None

    def add_error(self, column: str, reason: str) -> None:
        """Record an error in this row."""
        self.table.add_error(self.row.line, column, reason)

    def required(self, column: str) -> str:
        """A cell that must not be empty."""
        if not self.text(column):
            self.add_error(column, "it is empty")
        return self.text(column)

    def parse(self, column: str, read: Callable[[str], T], default: T) -> T:
        """The cell parsed by `read`, or `default` with an error recorded."""
        try:
            return read(self.text(column)) if self.text(column) else default
        except WrongMeeting as wrong:
            self.add_error(column, str(wrong))
            return default


def parse_sections(table: Table) -> tuple[list[SectionDraft], list[ModuleDraft]]:
    """A draft of each section, and of each module they belong to. Errors are added to the table."""
    readings = [RowParser(table=table, row=row) for row in table.rows]
    _blame_doubles(readings, ("module_code", "section"))
    _blame_other_terms(readings)
    return [_section(parser) for parser in readings], _merged(
        _module(parser) for parser in readings
    )


def parse_modules(table: Table) -> list[ModuleDraft]:
    """A draft of each module of a module list. Errors are added to the table."""
    readings = [RowParser(table=table, row=row) for row in table.rows]
    _blame_doubles(readings, ("module_code",))
    return [_module(parser) for parser in readings if parser.required("module_code")]


def _blame_doubles(readings: Iterable[RowParser], columns: tuple[str, ...]) -> None:
    first: dict[tuple[str, ...], int] = {}
    for parser in readings:
        key = tuple(parser.text(column) for column in columns)
        line = first.setdefault(key, parser.row.line)
        if all(key) and line != parser.row.line:
            parser.add_error(columns[-1], f"{' '.join(key)} is already on line {line}")


def _blame_other_terms(readings: Iterable[RowParser]) -> None:
    first = ""
    for parser in readings:
        term = parser.text("term")
        first = first or term
        if term and term != first:
            parser.add_error(
                "term", f"{term}, but the rows before are of {first}: import one at a time"
            )


def _section(parser: RowParser) -> SectionDraft:
    module_code, code = parser.required("module_code"), parser.required("section")
    seats, least = _seats(parser), _credits(parser, "credits_min")
    return SectionDraft(
        line=parser.row.line,
        module_code=module_code,
        code=code,
        seats=seats,
        credit_quarters=least,
        credit_quarters_max=_most_credits(parser, least),
        meetings=_meetings(parser),
        instructor=parser.given("instructor"),
        has_blank_credits=parser.given("credits_min") == "",
    )


def _seats(parser: RowParser) -> int | None:
    text = parser.required("capacity")
    if text and not _WHOLE.fullmatch(text):
        parser.add_error("capacity", f'"{text}" is not a whole number from 0 to {UNLIMITED}')
        return 0
    return None if text == str(UNLIMITED) else int(text or 0)


def _credits(parser: RowParser, column: str) -> int | None:
    """Quarters of credits; a blank cell is 0; None if there is no such column."""
    text = parser.given(column)
    if text is None:
        return None
    try:
        return parse_credits(text or "0")
    except WrongCredits as wrong:
        parser.add_error(column, str(wrong))
        return None


def _most_credits(parser: RowParser, least: int | None) -> int | None:
    """The most credits that a student may choose; None where there is nothing to choose."""
    most = _credits(parser, "credits_max") if parser.text("credits_max") else None
    if most is None or most == least:
        return None
    if not parser.text("credits_min"):
        parser.add_error("credits_min", "it is empty, but there is a credits_max")
    elif most < (least or 0):
        parser.add_error(
            "credits_max", f"it is less than credits_min, {format_credits(least or 0)}"
        )
    return most


def _meetings(parser: RowParser) -> tuple[Meeting, ...] | None:
    several = parser.parse("meetings", parse_meetings, tuple[Meeting, ...]())
    weekly = _weekly(parser)
    if not parser.table.columns.intersection(("meetings", *_WEEKLY)):
        return None
    return several if parser.text("meetings") else weekly


def _weekly(parser: RowParser) -> tuple[Meeting, ...]:
    """The first meeting, which has columns of its own: all three cells, or no meeting time."""
    days, start, end = (parser.text(column) for column in _WEEKLY)
    parser.parse("days", parse_days, tuple[int, ...]())
    begins, ends = parser.parse("start", parse_time, -1), parser.parse("end", parse_time, -1)
    for column in _WEEKLY:
        if (start or end) and not parser.text(column):
            parser.add_error(column, "it is empty, but there is a time")
    if ends >= 0 and begins >= ends:
        parser.add_error("end", f"{end} is not after the start, {start}")
    if parser.table.errors:
        return ()
    return meetings_of_columns(
        kind=parser.text("kind"), days=days, start=start, end=end, room=parser.text("room")
    )


def _module(parser: RowParser) -> ModuleDraft:
    least = _credits(parser, "credits_min") if parser.text("credits_min") else None
    return ModuleDraft(
        code=parser.text("module_code"),
        title=parser.text("title") or None,
        credit_quarters=least,
        credit_quarters_max=_most_credits(parser, least),
        department=parser.text("department") or None,
        stated=_stated(parser),
    )


def _stated(parser: RowParser) -> SourceRequirement | None:
    parse = parser.given("prereq_parse")
    if parse is None:
        return None
    base, _, note = parse.partition("+")
    if base not in _PARSES or note not in ("", "note"):
        parser.add_error("prereq_parse", f'"{parse}" is not exact, partial, text_only or none')
    cnf = parser.text("prereq_cnf")
    if cnf and not all(code.strip() for code in cnf.replace(";", "|").split("|")):
        parser.add_error("prereq_cnf", "a module code is missing beside a ; or |")
    return SourceRequirement(cnf=cnf, parse=parse or "none", text=parser.text("prereq_text"))


def _merged(drafts: Iterable[ModuleDraft]) -> list[ModuleDraft]:
    """One draft per module; the first value given for a field counts."""
    merged: dict[str, ModuleDraft] = {}
    for draft in drafts:
        merged[draft.code] = merge_drafts(merged.get(draft.code), draft)
    return list(merged.values())


def merge_drafts(first: ModuleDraft | None, second: ModuleDraft | None) -> ModuleDraft:
    """`first`, with the fields it lacks taken from `second`. At least one must be given."""
    if first is None or second is None:
        return first or second or ModuleDraft(code="")
    credits = second if first.credit_quarters is None else first
    return ModuleDraft(
        code=first.code,
        title=first.title or second.title,
        credit_quarters=credits.credit_quarters,
        credit_quarters_max=credits.credit_quarters_max,
        department=first.department or second.department,
        stated=first.stated or second.stated,
    )
