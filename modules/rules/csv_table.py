"""Read a CSV file into rows of text, recording every error of its format at once."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LONGEST = {"title": 500, "prereq_text": 20_000, "prereq_cnf": 20_000, "meetings": 20_000}
_LONG = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file's name, for messages, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """An error and its location. `line` counts from 1, the header; `column` may be unknown."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"column {self.column}: " if self.column else ""
        return f"{self.file}, line {self.line}: {where}{self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The cells of the known columns, stripped; `line` is where the row begins."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True, kw_only=True)
class Table:
    """The rows that could be read, the known columns present, and all errors."""

    file: str
    columns: frozenset[str] = frozenset()
    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def add_error(self, line: int, column: str, reason: str) -> None:
        """Record an error."""
        self.errors.append(RowError(file=self.file, line=line, column=column, reason=reason))


def parse_csv(file: File, *, required: Sequence[str], optional: Collection[str]) -> Table:
    """Read a CSV with a header. Unknown columns are ignored; BOM and CRLF are accepted."""
    table = Table(file=file.name)
    text = _decode(file.data, table)
    if text is not None:
        _read(text, table, required, {*required, *optional})
    return table


def _decode(data: bytes, table: Table) -> str | None:
    data = data.removeprefix(_BOM)
    if data.startswith(_UTF_16):
        table.add_error(1, "", "the file is UTF-16; save it as UTF-8")
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        _blame_bytes(data, table)
        return None


def _blame_bytes(data: bytes, table: Table) -> None:
    for line, raw in enumerate(data.split(b"\n"), start=1):
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            wrong = f"byte {error.start + 1} of the line (0x{raw[error.start]:02x}) is not UTF-8"
            table.add_error(line, _column_at(data, raw[: error.start]), wrong)


def _column_at(data: bytes, before: bytes) -> str:
    """The name of the column that follows `before`, the bytes of its line so far; "" if unknown."""
    header = next(csv.reader([data.split(b"\n", 1)[0].decode(errors="replace")]), [])
    cells = next(csv.reader([before.decode(errors="replace")]), [])
    return header[len(cells) - 1].strip() if 0 < len(cells) <= len(header) else ""


def _read(text: str, table: Table, required: Sequence[str], known: set[str]) -> None:
    records = _records(text, table)
    _, header = next(records, (1, []))
    names = [name.strip() for name in header]
    if not names:
        table.add_error(1, "", "the file is empty")
        return
    _check_header(table, names, required, known)
    if table.errors:
        return
    table.columns = frozenset(known.intersection(names))
    for line, record in records:
        _add_row(table, names, line, record)
    if not table.rows and not table.errors:
        table.add_error(1, "", "there is a header, but no row")


def _records(text: str, table: Table) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins. Ends where the file cannot be parsed."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for record in reader:
            if record:
                yield begins, record
            begins = reader.line_num + 1
    except csv.Error as error:
        table.add_error(begins, "", f"this is no CSV: {error}")


def _check_header(
    table: Table, names: Sequence[str], required: Sequence[str], known: set[str]
) -> None:
    for name in required:
        if name not in names:
            table.add_error(1, name, "this column is missing")
    for name in sorted(known):
        if names.count(name) > 1:
            table.add_error(1, name, "this column is there more than once")


def _add_row(table: Table, names: Sequence[str], line: int, record: Sequence[str]) -> None:
    if len(record) != len(names):
        table.add_error(line, "", f"{len(record)} cells, but the header has {len(names)}")
        return
    pairs = zip(names, record, strict=True)
    cells = {name: cell.strip() for name, cell in pairs if name in table.columns}
    for name, cell in cells.items():
        wrong = _unfit(name, cell)
        if wrong:
            table.add_error(line, name, wrong)
    table.rows.append(Row(line=line, cells=cells))


def _unfit(name: str, cell: str) -> str:
    if len(cell) > _LONGEST.get(name, _LONG):
        return f"{len(cell)} characters; at most {_LONGEST.get(name, _LONG)} fit"
    if any(ord(char) < 32 and char not in "\t\n\r" for char in cell):
        return "it holds an unprintable character"
    return ""
