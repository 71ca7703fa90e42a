"""A file as a table of known columns. What is not understood is a defect or named in a note."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from project.imports.cells import clean_cell
from project.imports.columns import Column, fold_header
from project.imports.csv_records import read_csv
from project.imports.defects import NOTHING, Defect, Message, WrongCell, message
from project.imports.records import MOST_COLUMNS, MOST_ROWS, File, Records, too_large
from project.imports.xlsx_records import is_workbook, read_xlsx

T = TypeVar("T")


def _(text: str) -> str:
    return text


@dataclass(slots=True, kw_only=True)
class Table:
    """The rows, the known columns that the file has, and all remarks on it."""

    file: str
    columns: frozenset[str] = frozenset()
    rows: list["Row"] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    _seen: set[tuple[int, str]] = field(default_factory=set)

    def add_defect(
        self,
        line: int,
        reason: Message,
        fix: Message = NOTHING,
        *,
        column: str = "",
        value: str = "",
    ) -> None:
        """Record a defect; of one cell only the first."""
        if column and line and (line, column) in self._seen:
            return
        self._seen.add((line, column))
        self.defects.append(
            Defect(file=self.file, line=line, column=column, value=value, reason=reason, fix=fix)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The clean cells of the known columns; `line` is where the row begins."""

    table: Table
    line: int
    cells: dict[str, str]

    def has(self, column: Column[Any]) -> bool:
        """Whether the file has this column."""
        return column.name in self.table.columns

    def text(self, column: Column[Any]) -> str:
        """The clean cell; "" if it is empty or the column is missing."""
        return self.cells.get(column.name, "")

    def read(self, column: Column[T]) -> T | None:
        """The parsed cell. None if it is empty or missing, or with a defect recorded."""
        cell = self.text(column)
        if not cell:
            return None
        try:
            return column.parse(cell)
        except WrongCell as wrong:
            self.add_defect(column, wrong.reason, wrong.fix)
            return None

    def add_defect(self, column: Column[Any], reason: Message, fix: Message = NOTHING) -> None:
        """Record a defect of a cell."""
        cell = self.text(column)
        self.table.add_defect(self.line, reason, fix, column=column.name, value=cell)


def read_table(file: File, columns: Sequence[Column[Any]]) -> Table:
    """The rows of a CSV file or workbook. Look at `defects` after all cells were read."""
    table = Table(file=file.name)
    large = too_large(file)
    if large:
        table.defects.append(large)
        return table
    records = _records(file, columns)
    table.defects = records.defects
    table.notes = records.notes
    _Reader(table, columns, is_padded=records.is_padded).read(records)
    return table


def _records(file: File, columns: Iterable[Column[Any]]) -> Records:
    if is_workbook(file):
        return read_xlsx(file)
    return read_csv(file, headers=[name for one in columns for name in (one.name, *one.aliases)])


class _Reader:
    """Puts records into a table by their header."""

    def __init__(self, table: Table, columns: Sequence[Column[Any]], *, is_padded: bool) -> None:
        self._table, self._columns, self._is_padded = table, columns, is_padded
        self._names: list[str] = []
        self._known: dict[int, Column[Any]] = {}
        self._filled: set[int] = set()
        self._short = 0

    def read(self, records: Records) -> None:
        """Read all records; blank ones are no rows."""
        rows = ((line, row) for line, row in records.rows if any(cell.strip() for cell in row))
        line, header = next(rows, (0, []))
        if self._table.defects:
            return
        if not header:
            self._table.add_defect(0, message(_("The file is empty.")))
            return
        if not self._read_header(line, header):
            return
        for line, record in islice(rows, MOST_ROWS):
            self._read_record(line, record)
        if next(rows, None):
            reason = message(_("The file has more than {limit} rows."), limit=MOST_ROWS)
            self._table.add_defect(0, reason, message(_("Split it into several files.")))
        self._finish()

    def _read_header(self, line: int, header: list[str]) -> bool:
        self._names = [_header(cell) for cell in header]
        if len(self._names) > MOST_COLUMNS:
            reason = _("The header has {count} columns; at most {limit} are read.")
            counted = message(reason, count=len(self._names), limit=MOST_COLUMNS)
            self._table.add_defect(line, counted)
            return False
        by_name = {
            fold_header(name): one for one in self._columns for name in (one.name, *one.aliases)
        }
        for place, name in enumerate(self._names):
            if column := by_name.get(fold_header(name)):
                self._know(line, place, column)
        self._check_required(line)
        self._table.columns = frozenset(one.name for one in self._known.values())
        return not self._table.defects

    def _know(self, line: int, place: int, column: Column[Any]) -> None:
        if column in self._known.values():
            self._table.add_defect(
                line,
                message(_("This column is there more than once.")),
                message(_("Delete or rename one of them.")),
                column=column.name,
                value=self._names[place],
            )
        self._known[place] = column

    def _check_required(self, line: int) -> None:
        found = ", ".join(name for name in self._names if name)
        for column in self._columns:
            if column.is_required and column not in self._known.values():
                reason = message(_("This column is missing. The header has: {names}."), names=found)
                fix = _("The first line must hold the names of the columns.")
                self._table.add_defect(line, reason, message(fix), column=column.name)

    def _read_record(self, line: int, record: list[str]) -> None:
        while record and not record[-1].strip() and len(record) > len(self._names):
            record.pop()
        if len(record) != len(self._names) and not self._may_be_short(line, record):
            return
        self._filled.update(place for place, cell in enumerate(record) if cell)
        row = Row(table=self._table, line=line, cells={})
        for place, column in self._known.items():
            row.cells[column.name] = self._clean(row, column, record[place : place + 1])
        self._table.rows.append(row)

    def _may_be_short(self, line: int, record: list[str]) -> bool:
        """Whether the cells that a record lacks at its end may be empty: some programs leave them
        out. Otherwise a defect."""
        required = [place for place, one in self._known.items() if one.is_required]
        if len(record) < len(self._names) and (
            self._is_padded or all(place < len(record) for place in required)
        ):
            self._short += not self._is_padded
            return True
        reason = _("This row has {count} cells, the header has {expected}.")
        fix = _("A value that contains the separator must be in quotation marks.")
        self._table.add_defect(
            line, message(reason, count=len(record), expected=len(self._names)), message(fix)
        )
        return False

    def _clean(self, row: Row, column: Column[Any], cells: Sequence[str]) -> str:
        raw = cells[0] if cells else ""
        try:
            cell = clean_cell(raw)
        except WrongCell as wrong:
            self._table.add_defect(
                row.line, wrong.reason, wrong.fix, column=column.name, value=_printable(raw)
            )
            return ""
        if column.is_required and not cell:
            reason = message(_("This cell is empty, but needed."))
            self._table.add_defect(row.line, reason, column=column.name)
        return cell

    def _finish(self) -> None:
        if not self._table.rows and not self._table.defects:
            self._table.add_defect(0, message(_("There is a header, but no row.")))
        aside = self._left_aside(self._known)
        if aside:
            text = _("Columns that are not known here and were left aside: {names}.")
            self._table.notes.append(message(text, names=", ".join(aside)))
        if self._short:
            text = _("{count} rows end before the last column; what they lack was taken as empty.")
            self._table.notes.append(message(text, count=self._short))

    def _left_aside(self, known: Collection[int]) -> list[str]:
        return [
            name or f"#{place + 1}"
            for place, name in enumerate(self._names)
            if place not in known and (name or place in self._filled)
        ]


def _header(cell: str) -> str:
    try:
        return clean_cell(cell)
    except WrongCell:
        return _printable(cell)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
