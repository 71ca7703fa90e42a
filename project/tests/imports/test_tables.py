"""Files of every kind are read to the same rows, or refused with line, column, value and reason."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from project.imports import records, values
from project.imports.columns import Column, columns_table
from project.imports.records import File
from project.imports.tables import Table, read_table
from project.testing.workbooks import DATE, THREE_ZEROS, TIME, Cell, workbook

CODE = Column(name="module_code", parse=values.text, meaning="m", is_required=True)
SEATS = Column(
    name="capacity",
    parse=values.whole_number(0, 9999),
    meaning="m",
    aliases=("places",),
    is_required=True,
)
TITLE = Column(name="title", parse=values.text, meaning="m")
COLUMNS = (CODE, SEATS, TITLE)
HEADER = "module_code,capacity,title"
PLAIN = f"{HEADER}\nCSE 11,30,Café\n"
ROWS = [("CSE 11", "30", "Café")]


def read(data: bytes | str) -> Table:
    data = data.encode() if isinstance(data, str) else data
    table = read_table(File(name="f.csv", data=data), COLUMNS)
    for row in table.rows:
        row.read(SEATS)
    return table


def cells(table: Table) -> list[tuple[str, ...]]:
    assert [str(one) for one in table.defects] == []
    return [tuple(row.text(column) for column in COLUMNS) for row in table.rows]


def faults(table: Table) -> list[str]:
    return [f"{one.line} {one.column}: {one.value}: {one}" for one in table.defects]


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.encode("cp1252"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
        b"sep=\t\n" + PLAIN.replace(",", "\t").encode(),
        b'"sep=|"\n' + PLAIN.replace(",", "|").encode(),
        codecs.BOM_UTF8 + b"SEP=,\n" + PLAIN.encode(),
        PLAIN.replace(HEADER, "Module Code,CAPACITY,Title").encode(),
        PLAIN.replace(HEADER, "MODULE_CODE,Places,\ufefftitle").encode(),
        PLAIN.replace(HEADER, '"module-code","places"," title "').encode(),
        PLAIN.replace("Café", '"Café"').encode(),
        PLAIN.replace("Café", "Cafe\u0301").encode(),
        PLAIN.encode() + b",,\n" * 300,
        PLAIN.replace("\n", ",,,\n").encode() + b",,,,,,\n\n  ,\n",
        b"\n\n" + PLAIN.encode(),
        workbook([["module_code", "capacity", "title"], ["CSE 11", 30, "Café"]]),
        workbook([[], ["module_code", "capacity", "title"], [], ["CSE 11", 30, "Café"], []]),
    ],
    ids=range(25),
)
def test_file_is_read_whatever_wrote_it(data: bytes) -> None:
    assert cells(read(data)) == ROWS


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("CSE 11\u200b", "CSE 11"),
        ("\ufeffCSE 11", "CSE 11"),
        ("CSE\u00a011", "CSE 11"),
        ("CSE\u3000 11\u202f", "CSE 11"),
        ("CSE\u2060 1\u00ad1\u200e", "CSE 11"),
        ("CSE 11\ufe0f", "CSE 11"),
        ('"CSE\n11"', "CSE 11"),
        ('="001"', "001"),
        ('"=""001"""', "001"),
        ("'001", "001"),
        ("'=1+1", "=1+1"),
        ("O\u0092Brien", "O\u2019Brien"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("'tis", "'tis"),
    ],
)
def test_cell_loses_what_people_cannot_see(raw: str, clean: str) -> None:
    assert cells(read(f"{HEADER}\n{raw},1,\n"))[0][0] == clean


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ("", "0 : : The file is empty."),
        ("\ufeff\r\n,,\r\n", "0 : : The file is empty."),
        (f"{HEADER}\n,,\n", "0 : : There is a header, but no row."),
        ("module_code,title\nA,B\n",
         "1 capacity: : This column is missing. The header has: module_code, title."),
        ("module_code,places,capacity\nA,1,1\n", "1 capacity: capacity: This column is there more"),
        (f"{HEADER}\nA\0,1,\n", "2 module_code: A\ufffd: There is a control character (U+0000)"),
        (f"{HEADER}\nA,1,\x07\n", "2 title: \ufffd: There is a control character (U+0007)"),
        (f"{HEADER}\nA,1,\u0081\n", "2 title: \ufffd: There is a control character (U+0081)"),
        (f"{HEADER}\nA,1,B\ufffd\n", "2 title: B\ufffd: A character was lost"),
        (f"{HEADER}\nA,1\n,2,\n", "3 module_code: : This cell is empty, but needed."),
        (f"{HEADER}\nA\n", "2 : : This row has 1 cells, the header has 3."),
        (f"{HEADER}\nA,1,B,C\n", "2 : : This row has 4 cells, the header has 3."),
        (f'{HEADER}\n"A\nB",1,\nA,x,\n', "4 capacity: x: “x” is not a whole number"),
        (f'{HEADER}\nA,1,"B\n', "2 : : This is no CSV from here on"),
        (f'{HEADER}\nA,1,"B"C\n', "2 : : This is no CSV from here on"),
        (f"{HEADER}\nA,1,{'B' * 100_001}\n", "2 title: "),
        (PLAIN.encode("utf-16")[:-1], "0 : : The file begins as UTF-16, but is cut off"),
        (f"{HEADER}\nA,1,中文\n".encode("big5"), "2 : A,1,"),
        (f"{HEADER}\nA,1,café\n".encode("mac-roman"), "2 : A,1,caf"),
        (f"{HEADER}\nA,1,Dvořák\n".encode("cp1250"), "2 : A,1,Dvo"),
        (f"{HEADER}\nA,\xe9,1\n".encode("latin-1"), "2 : A,\ufffd,1: Byte 3 of the line (0xe9)"),
        (b"PK\x03\x04rubbish", "0 : : This workbook is damaged or cut off."),
        (b"\xd0\xcf\x11\xe0old", "0 : : This is an old (.xls) or a protected workbook."),
        (",".join(f"c{n}" for n in range(301)), "1 : : The header has 301 columns"),
    ],
    ids=range(24),
)  # fmt: skip
def test_what_cannot_be_understood_is_a_defect(data: bytes | str, fault: str) -> None:
    assert faults(read(data))[0].startswith(fault)


def test_file_beyond_the_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGEST_FILE", 10)
    assert "at most 0 MB are read" in faults(read(PLAIN))[0]
    monkeypatch.undo()
    monkeypatch.setattr("project.imports.tables.MOST_ROWS", 2)
    assert faults(read(HEADER + "\nA,1,\n" * 2)) == []
    assert "more than 2 rows" in faults(read(HEADER + "\nA,1,\n" * 3))[0]


def test_workbook_shows_numbers_and_dates_as_people_see_them() -> None:
    sheet: list[list[Cell]] = [
        ["module_code", "capacity", "title"],
        ["a", 30, 0.1 + 0.2],
        ["b", 30.0, (46272, DATE)],
        ["c", 30, (0.375, TIME)],
        [11.0, 30, 2.5],
        ["", "", ""],
        ["d", 30],
        [(1, THREE_ZEROS), (2, THREE_ZEROS), (1234, THREE_ZEROS)],
    ]
    table = read(workbook(sheet, [["x"]]))
    assert [row[2] for row in cells(table)] == ["0.3", "2026-09-07", "09:00", "2.5", "", "1234"]
    assert cells(table)[3][0] == "11"
    assert [row.line for row in table.rows] == [2, 3, 4, 5, 7, 8]
    assert cells(table)[5][:2] == ("001", "002")
    assert "Only the first sheet was read; left aside: Sheet2." in [n.read() for n in table.notes]


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (f"colour,{HEADER},Room No\nred,A,1,,\n", "left aside: colour, Room No."),
        (f"{HEADER},,\nA,1,,,red\n", "left aside: #5."),
        (PLAIN.replace(",", ";"), "separated by semicolons"),
        (PLAIN.replace(",", "\t"), "separated by tabs"),
        (PLAIN.encode("cp1252"), "read as Windows-1252"),
        (f"{HEADER}\nA,1\n", "1 rows end before the last column"),
    ],
)
def test_what_was_left_aside_is_named(data: bytes | str, note: str) -> None:
    notes = " ".join(one.read() for one in read(data).notes)
    assert note in notes


def test_first_defect_of_a_cell_is_enough() -> None:
    table = read(f"{HEADER}\nA,x,\n")
    assert [table.rows[0].read(SEATS), len(table.defects)] == [None, 1]


def test_columns_become_a_table_of_the_documents() -> None:
    assert "| `capacity` | `places` | yes | m |" in columns_table(COLUMNS)


@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=60).map(lambda t: f"{HEADER}\n{t}".encode())
    )
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_table_or_defects(data: bytes) -> None:
    table = read(data)
    assert table.rows or table.defects


@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_damaged_workbook_is_a_table_or_defects(place: int, byte: int, cut: int) -> None:
    whole = workbook([["module_code", "capacity"], [(1, THREE_ZEROS), 30.0]])
    at = place % len(whole)
    table = read(whole[:at] + bytes([byte]) + whole[at + cut :])
    assert table.rows or table.defects
