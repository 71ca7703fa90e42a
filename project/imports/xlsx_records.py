"""The first sheet of an .xlsx workbook, its numbers, dates and times as people see them."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import count

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from project.imports.defects import Defect, Message, message
from project.imports.records import File, Records
from project.imports.xlsx_formats import zero_widths

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
LARGEST_UNPACKED = 500 * 1024 * 1024
# What the reader of archives raises where bytes are wrong, encrypted or of a kind that it lacks.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,
)  # fmt: skip
_DAY = timedelta(days=1)
Value = int | float | str | bool | time | date | datetime | timedelta


def _(text: str) -> str:
    return text


def is_workbook(file: File) -> bool:
    """Whether the bytes are those of a workbook, whatever the name says."""
    return file.data.startswith((ZIP, OLD_EXCEL))


def read_xlsx(file: File) -> Records:
    """The records of the first sheet."""
    fault = _fault(file.data)
    if fault:
        return _refused(file, fault)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        sheet = workbook.get_sheet_by_index(0)
        with zipfile.ZipFile(io.BytesIO(file.data)) as parts:
            widths = zero_widths(parts)
    except (*_DAMAGED, CalamineError, IndexError):
        return _refused(file, message(_("This workbook cannot be opened.")))
    return Records(rows=_rows(sheet, widths), notes=_notes(workbook.sheet_names), is_padded=True)


def _refused(file: File, reason: Message) -> Records:
    fix = message(_("Save it as .xlsx without a password, or as CSV UTF-8."))
    return Records(defects=[Defect(file=file.name, reason=reason, fix=fix)])


def _fault(data: bytes) -> Message | None:
    """Why this is no workbook that is safe to open."""
    if data.startswith(OLD_EXCEL):
        return message(_("This is an old (.xls) or a protected workbook."))
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except _DAMAGED:
        return message(_("This workbook is damaged or cut off."))
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        return message(_("This is no .xlsx workbook."))
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        return message(
            _("Unpacked, this workbook is larger than {limit} MB."), limit=LARGEST_UNPACKED >> 20
        )
    return None


def _notes(names: list[str]) -> list[Message]:
    if len(names) < 2:
        return []
    text = _("Only the first sheet was read; left aside: {sheets}.")
    return [message(text, sheets=", ".join(names[1:]))]


def _rows(
    sheet: CalamineSheet, widths: Mapping[tuple[int, int], int]
) -> Iterator[tuple[int, list[str]]]:
    if sheet.start is None:
        return
    row, column = sheet.start
    before = [""] * column
    for line, cells in zip(count(row + 1), sheet.to_python(skip_empty_area=True), strict=False):
        texts = before + [shown(cell) for cell in cells]
        if widths:
            texts = [_padded(text, widths.get((line, n), 0)) for n, text in enumerate(texts, 1)]
        yield line, texts


def _padded(text: str, width: int) -> str:
    return text.zfill(width) if text.isdecimal() else text


def shown(value: Value) -> str:
    """A cell as a person sees it in the sheet."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"
        case datetime():
            return _moment(value)
        case time():
            return _clock(value)
        case timedelta():
            return _clock((datetime.min + value % _DAY).time()) if value < _DAY else str(value)
        case _:
            return str(value)


def _moment(value: datetime) -> str:
    if value.time() == time():
        return value.date().isoformat()
    return f"{value.date().isoformat()} {_clock(value.time())}"


def _clock(value: time) -> str:
    return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
