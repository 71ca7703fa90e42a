"""Numbers that a sheet shows with zeros in front: a cell of 1 with the format `000` is 001.

The reader of workbooks gives values without formats, so codes would lose their zeros.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator

Place = tuple[int, int]
_ZEROS = re.compile(r"0{2,}")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_CELL = re.compile(r"<(?:\w+:)?c\b[^>]*>")
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")


def zero_widths(workbook: zipfile.ZipFile) -> dict[Place, int]:
    """The width of each number with such a format, by row and column, both from 1."""
    widths = _widths_of_styles(_text(workbook, "xl/styles.xml"))
    if not widths:
        return {}
    found = {}
    for cell in _CELL.finditer(_text(workbook, _first_sheet(workbook))):
        given = dict(_ATTRIBUTE.findall(cell[0]))
        width = widths.get(given.get("s", ""))
        if width and (place := _REFERENCE.fullmatch(given.get("r", ""))):
            found[int(place[2]), _number(place[1])] = width
    return found


def _widths_of_styles(styles: str) -> dict[str, int]:
    """The width by style, as the number by which cells name it."""
    formats = {
        one.get("numFmtId"): len(one["formatCode"])
        for one in _tags(styles, "numFmt")
        if _ZEROS.fullmatch(one.get("formatCode", ""))
    }
    _before, _start, after = styles.partition("<cellXfs")
    used = _tags(after.partition("</cellXfs>")[0], "xf")
    return {
        str(number): formats[one.get("numFmtId")]
        for number, one in enumerate(used)
        if one.get("numFmtId") in formats
    }


def _first_sheet(workbook: zipfile.ZipFile) -> str:
    sheet = next(_tags(_text(workbook, "xl/workbook.xml"), "sheet"), {})
    links = _tags(_text(workbook, "xl/_rels/workbook.xml.rels"), "Relationship")
    link = next((one for one in links if one.get("Id") == sheet.get("r:id")), {})
    return posixpath.join("xl", link.get("Target", "")).lstrip("/")


def _text(workbook: zipfile.ZipFile, part: str) -> str:
    try:
        return workbook.read(part).decode("utf-8", "replace")
    except KeyError:
        return ""


def _tags(xml: str, name: str) -> Iterator[dict[str, str]]:
    for tag in re.finditer(rf"<(?:\w+:)?{name}\b[^>]*>", xml):
        yield dict(_ATTRIBUTE.findall(tag[0]))


def _number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
