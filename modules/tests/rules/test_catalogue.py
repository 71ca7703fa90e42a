"""Random catalogues, written in every dialect, are read back equal; what is outside of the grammar
is refused with line and column; the documents say what the code does."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.rules import catalogue_columns as c
from modules.rules.catalogue import SectionDraft, parse_modules, parse_sections
from modules.rules.days import DAYS, format_days, names_of
from modules.rules.meetings import KINDS
from modules.rules.times import format_half, format_time
from project.events.credits import format_credits
from project.events.modules import Meeting
from project.imports.cells import clean_cell
from project.imports.columns import Column, columns_table
from project.imports.defects import WrongCell
from project.imports.records import File
from project.imports.tables import Table, read_table
from project.ops.env import ROOT
from project.testing.workbooks import Cell, workbook

FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DOCS = ROOT / "docs"


def is_clean(text: str) -> bool:
    try:
        return clean_cell(text) == text
    except WrongCell:
        return False


texts = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=40)
texts = texts.map(str.strip).filter(is_clean)
codes = st.from_regex(r"[A-Z]{2,4} [0-9]{1,3}[A-Z]?", fullmatch=True)
words = st.sampled_from(("", "HALL 2", "MANDE B-150", "A 1", "大樓 3", "PM 101", "10.30", "9-10"))
kinds = st.sampled_from(("", *sorted(KINDS), "Lecture", "Independent Study"))


@st.composite
def weekly(draw: st.DrawFn) -> tuple[Meeting, ...]:
    """One weekly meeting: the same hours on some days, perhaps over midnight."""
    start, length = draw(st.integers(0, 1439)), draw(st.integers(1, 720))
    kind, room = draw(kinds), draw(words)
    return tuple(
        Meeting(kind=kind, start=start, end=start + length, day=day, room=room)
        for day in sorted(draw(st.sets(st.integers(0, 6), min_size=1)))
    )


@st.composite
def dated(draw: st.DrawFn) -> tuple[Meeting, ...]:
    start = draw(st.integers(0, 1300))
    day = draw(st.dates()).isoformat()
    return (Meeting(kind=draw(kinds), start=start, end=start + 90, date=day, room=draw(words)),)


@st.composite
def sections(draw: st.DrawFn) -> SectionDraft:
    groups = draw(st.lists(st.one_of(weekly(), dated()), max_size=3))
    seats = draw(st.one_of(st.none(), st.integers(0, 9998)))
    return SectionDraft(
        line=0,
        module_code=draw(codes),
        code=draw(st.from_regex(r"[A-Z]?[0-9]{2,3}", fullmatch=True)),
        seats=seats,
        credit_quarters=draw(st.integers(0, 399)),
        meetings=tuple(meeting for group in groups for meeting in group),
        instructor=draw(texts),
    )


catalogues = st.lists(
    sections(), min_size=1, max_size=5, unique_by=lambda one: (one.module_code, one.code)
)


@dataclass(frozen=True)
class Dialect:
    """How a program writes its cells."""

    hours: Callable[[int], str]
    days: Callable[[tuple[int, ...]], str]
    credits: Callable[[str], str]
    dash: str = "-"


def compact(minutes: int) -> str:
    return format_time(minutes).replace(":", "")


def bare(minutes: int) -> str:
    return format_time(minutes).removeprefix("0")


DIALECTS = (
    Dialect(format_time, format_days, str),
    Dialect(bare, lambda days: "/".join(names_of((day,)) for day in days), str),
    Dialect(compact, names_of, lambda text: text.replace(".", ",")),
    Dialect(lambda m: format_time(m).replace(":", "."), names_of, lambda text: f"{text}"),
    Dialect(lambda m: f"{format_time(m)}:00", format_days, str, " to "),
    Dialect(format_half, lambda days: ", ".join(names_of((day,)) for day in days), str, " – "),  # noqa: RUF001
    Dialect(lambda m: format_half(m).lower().replace(" ", ""), format_days, str),
)
HEADERS = (
    ("module_code", "section", "capacity", "credits_min", "instructor", "meetings"),
    ("Module Code", "SECTION", "Seats", "Credits", "Lecturer", "Meetings"),
    ("\ufeffMODULE-CODE", " section_code ", "max enrolment", "units", "Instructors", "MEETINGS"),
)


def rows_of(drafts: Sequence[SectionDraft], dialect: Dialect) -> list[list[str]]:
    return [
        [
            one.module_code,
            one.code,
            "9999" if one.seats is None else str(one.seats),
            dialect.credits(format_credits(one.credit_quarters or 0)),
            one.instructor or "",
            "|".join(_meetings(one.meetings or (), dialect)),
        ]
        for one in drafts
    ]


def _meetings(meetings: Sequence[Meeting], dialect: Dialect) -> list[str]:
    groups: dict[tuple[object, ...], list[Meeting]] = {}
    for place, one in enumerate(meetings):
        # Only neighbours are one meeting, or the order would change.
        same = place and replace(meetings[place - 1], day=one.day) == one
        key = next(reversed(groups)) if same and one.day is not None else (place,)
        groups.setdefault(key, []).append(one)
    return [_meeting(group, dialect) for group in groups.values()]


def _meeting(group: list[Meeting], dialect: Dialect) -> str:
    one = group[0]
    days = tuple(meeting.day for meeting in group if meeting.day is not None)
    text = dialect.days(days) if days else one.date
    when = names_of(days) if text in KINDS and not one.kind else text
    says_half = dialect.hours(0)[-2:].lower() == "am"
    hours = format_half if one.room.startswith("PM") and not says_half else dialect.hours
    times = f"{hours(one.start)}{dialect.dash}{hours(one.end)}"
    return " ".join(word for word in (one.kind, when, times, one.room) if word)


def written(rows: list[list[str]], header: Sequence[str], way: str, quoting: int) -> bytes:
    if way == "xlsx":
        return workbook([list[Cell](header), *(list[Cell](row) for row in rows)])
    encoding, separator, first = WAYS[way]
    out = io.StringIO(newline="")
    out.write(first)
    writer = csv.writer(out, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([header, *rows, [""] * len(header)])
    return out.getvalue().encode(encoding)


WAYS = {
    "comma": ("utf-8", ",", ""), "bom": ("utf-8-sig", ",", ""), "semicolon": ("utf-8", ";", ""),
    "tab": ("utf-16", "\t", ""), "sep": ("utf-8-sig", ";", "sep=;\r\n"),
    "wide": ("utf-16-le", ",", "\ufeff"), "bar": ("utf-8", "|", "sep=|\r\n"),
}  # fmt: skip


def parsed(data: bytes) -> tuple[Table, list[SectionDraft]]:
    table = read_table(File(name="c", data=data), c.SECTION_COLUMNS)
    return table, [replace(one, line=0) for one in parse_sections(table).sections]


@FEW
@given(
    drafts=catalogues,
    dialect=st.sampled_from(DIALECTS),
    header=st.sampled_from(HEADERS),
    way=st.sampled_from((*WAYS, "xlsx")),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
)
def test_catalogue_in_any_dialect_is_read_back_equal(
    drafts: list[SectionDraft], dialect: Dialect, header: Sequence[str], way: str, quoting: int
) -> None:
    table, found = parsed(written(rows_of(drafts, dialect), header, way, quoting))
    assert [str(one) for one in table.defects] == []
    assert found == drafts


OUTSIDE = {
    "capacity": ("-1", "10000", "many", "3.5", "1e3", "", "3 0", "٣٠"),
    "credits_min": ("-1", "100", "0.3", "four", "1-4", "1e0", "2.5.5"),
    "meetings": ("LE X 9:00-10:00", "LE FR 9:00-9:50", "LE M 9-10", "LE M 9:00", "LE M 9:60-10:00",
                 "LE M 10:00-9:00", "M 25:00-26:00", "LE 2026-13-01 9:00-10:00", "LE M 9.5-10.5",
                 "FI 1/2/2026 9:00-10:00", "LE M 9:00-9:50x", "LE MMW 9:00-9:50"),
    "module_code": ("", "\u200b", "A;B", "A|B", "A\x00", "A\x1b", "M" * 101, "\ufffd"),
    "section": ("", "\u00a0", "A;B", "\x07"),
    "instructor": ("A\x00", "\ufffd", "\u0081", "x" * 100_001),
}  # fmt: skip


@FEW
@given(data=st.data(), drafts=catalogues, dialect=st.sampled_from(DIALECTS))
def test_what_is_outside_of_the_grammar_is_refused_with_line_and_column(
    data: st.DataObject, drafts: list[SectionDraft], dialect: Dialect
) -> None:
    rows = rows_of(drafts, dialect)
    column = data.draw(st.sampled_from(sorted(OUTSIDE)))
    row = data.draw(st.integers(0, len(rows) - 1))
    rows[row][HEADERS[0].index(column)] = data.draw(st.sampled_from(OUTSIDE[column]))
    table, _found = parsed(written(rows, HEADERS[0], "comma", csv.QUOTE_ALL))
    assert {(one.line, one.column) for one in table.defects} == {(row + 2, column)}


@pytest.mark.parametrize("text", [format_days(days) for days in ((0,), (1, 3), (5, 6), (1, 6))])
def test_days_are_written_so_that_they_are_read(text: str) -> None:
    assert set(text) <= set(DAYS) or text[1].islower()


@pytest.mark.parametrize(
    ("name", "columns"), [("catalogue", c.SECTION_COLUMNS), ("modules", c.MODULE_COLUMNS)]
)
def test_documents_have_the_columns_of_the_code(
    name: str, columns: tuple[Column[Any], ...]
) -> None:
    page = (DOCS / "formats.md").read_text(encoding="utf-8")
    assert f"<!-- columns of {name} -->\n\n{columns_table(columns)}\n" in page


def example(name: str) -> File:
    return File(name=name, data=Path(DOCS, "examples", name).read_bytes())


def test_examples_of_the_documents_are_read_whole() -> None:
    table = read_table(example("catalogue.csv"), c.SECTION_COLUMNS)
    drafts = parse_sections(table)
    assert (table.defects, table.notes) == ([], [])
    assert [len(one.meetings or ()) for one in drafts.sections] == [4, 3, 1, 0, 0]
    assert [one.to_arrange for one in drafts.sections] == [(), (), (), ("CL TBA",), ("IN TBA",)]
    listed = read_table(example("modules.csv"), c.MODULE_COLUMNS)
    assert len(parse_modules(listed)) == 4
    assert listed.defects == []
