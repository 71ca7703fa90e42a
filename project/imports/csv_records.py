"""CSV as programs write it: any of three separators, with or without quotes."""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from project.imports.cells import LONGEST_CELL
from project.imports.columns import fold_header
from project.imports.decoding import decode
from project.imports.defects import Defect, Message, message
from project.imports.records import File, Records

SEPARATORS = ",;\t"
_SEP_LINES = {
    line: separator
    for separator in (*SEPARATORS, "|")
    for line in (f"sep={separator}", f'"sep={separator}"')
}


def _(text: str) -> str:
    return text


_NAMES = {
    ";": _("The cells are separated by semicolons."),
    "\t": _("The cells are separated by tabs."),
    "|": _("The cells are separated by vertical bars."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """The text from its header on; `first` is the line on which that stands."""

    text: str
    separator: str
    first: int = 1


def read_csv(file: File, *, headers: Collection[str]) -> Records:
    """The records. The separator is the one that makes most of the headers of the format."""
    decoded = decode(file.data, file=file.name)
    found = Records(defects=list(decoded.defects), notes=list(decoded.notes))
    if decoded.defects:
        return found
    body = _body(decoded.text, headers)
    if body.separator in _NAMES:
        found.notes.append(Message(_NAMES[body.separator]))
    found.rows = _records(body, file.name, found.defects)
    return found


def _body(text: str, headers: Collection[str]) -> _Body:
    first, _break, rest = text.partition("\n")
    stated = _SEP_LINES.get(first.strip("\r ").casefold())
    if stated:
        return _Body(text=rest, separator=stated, first=2)
    return _Body(text=text, separator=_likeliest(text, headers))


def _likeliest(text: str, headers: Collection[str]) -> str:
    header = next((line for line in text.splitlines() if line.strip(f"{SEPARATORS} ")), "")
    wanted = {fold_header(one) for one in headers}
    counts = {one: len(wanted.intersection(_names(header, one))) for one in SEPARATORS}
    return max(SEPARATORS, key=lambda one: counts[one])


def _names(header: str, separator: str) -> set[str]:
    row = next(csv.reader([header], delimiter=separator), [])
    return {fold_header(name) for name in row}


def _records(body: _Body, file: str, defects: list[Defect]) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(2 * LONGEST_CELL)
    reader = csv.reader(io.StringIO(body.text, newline=""), delimiter=body.separator, strict=True)
    begins = body.first
    try:
        for record in reader:
            yield begins, record
            begins = reader.line_num + body.first
    except csv.Error as error:
        reason = message(_("This is no CSV from here on: {fault}."), fault=str(error))
        fix = message(_("Look for a quotation mark that is not closed, or not doubled."))
        defects.append(Defect(file=file, line=begins, reason=reason, fix=fix))
