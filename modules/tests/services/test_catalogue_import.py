"""The import: all or nothing, idempotent, and every error is explained."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from modules.models import Module, Section
from project.bus.sql import fetch
from project.testing.workbooks import TIME, Cell, workbook

pytestmark = pytest.mark.django_db
HEADER = "module_code,section,capacity,credits_min,days,start,end,meetings,prereq_cnf,prereq_parse"
REAL = Path(__file__).resolve().parents[4] / "shared" / "data"


def load(path: Path, *options: str, term: str = "T1", modules: Path | None = None) -> str:
    out = StringIO()
    more = ["--modules", str(modules)] if modules else []
    call_command(
        "import_catalogue", str(path), "--term", term, "--no-wait", *more, *options,
        stdout=out, stderr=StringIO(),
    )  # fmt: skip
    return out.getvalue()


def refused(path: Path, *options: str, modules: Path | None = None) -> list[str]:
    """The defects; nothing was changed."""
    before = snapshot()
    with pytest.raises(CommandError) as no:
        load(path, *options, modules=modules)
    assert snapshot() == before
    return [re.sub(" {2,}", "  ", line) for line in str(no.value).splitlines()][1:]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "c.csv"


def rows(file: Path, *lines: str, header: str = HEADER) -> Path:
    file.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return file


GOOD = "MATH 0,A01,30,4,TR,17:00,18:20,,,none"


def snapshot() -> list[tuple[object, ...]]:
    return fetch(
        "SELECT 't', id, xmin::text FROM modules_term UNION ALL"
        " SELECT 'm', id, xmin::text FROM modules_module UNION ALL"
        " SELECT 's', id, xmin::text FROM modules_section UNION ALL"
        " SELECT 'e', id, xmin::text FROM bus_event ORDER BY 1, 2"
    )


def test_section_is_loaded_as_it_is_written(file: Path) -> None:
    load(rows(file, "MATH 1,A01,30,4,T,17:00,18:20,LE M 08:00-09:00 X,,none"))
    section = Section.objects.get()
    assert (section.term.code, section.module.code, section.code) == ("T1", "MATH 1", "A01")
    assert (section.seats, section.credit_quarters, section.module.credit_quarters) == (30, 16, 16)
    assert section.meetings == [
        {"kind": "LE", "start": 480, "end": 540, "day": 0, "date": None, "room": "X", "number": 1}
    ]


def test_second_run_changes_nothing_and_reports_it(file: Path) -> None:
    load(rows(file, GOOD, "MATH 2,A01,5,,,,,,MATH 0,exact"))
    before = snapshot()
    assert "Nothing has changed" in load(file)
    assert snapshot() == before


def test_only_changes_append_events(file: Path) -> None:
    load(rows(file, GOOD, "MATH 2,A01,5,4,,,,,,none"))
    output = load(rows(file, GOOD, "MATH 2,A01,6,4,,,,,,none"))
    assert "sections: 0 new, 1 changed, 0 missing, 1 unchanged" in output
    assert "~ MATH 2 A01: seats 5 → 6" in output
    assert "modules: 0 new, 0 changed" in output


@pytest.mark.parametrize(("capacity", "seats"), [("9999", None), ("0", 0), ("9998", 9998)])
def test_capacity(file: Path, capacity: str, seats: int | None) -> None:
    load(rows(file, f"M 1,A01,{capacity},4,,,,,,none"))
    assert Section.objects.get().seats == seats


def test_three_columns_are_enough_and_unknown_ones_are_named(file: Path) -> None:
    output = load(rows(file, "M 1,A01,5,?", header="module_code,section,capacity,colour"))
    assert "Columns that are not known here and were left aside: colour." in output
    assert Module.objects.get().title == "M 1"


def test_blank_credits_are_warned_of(file: Path) -> None:
    output = load(rows(file, "M 1,A01,5,,,,,,,none", "M 2,A01,5,3,,,,,,none"))
    assert "1 sections have no credits; they count as 0" in output
    assert sorted(Section.objects.values_list("credit_quarters", flat=True)) == [0, 12]


@pytest.mark.parametrize(
    ("written", "quarters"),
    [
        ("0.5", 2),
        ("2.25", 9),
        ("3.75", 15),
        ("4.0", 16),
        ("12.50", 50),
        ("99.75", 399),
        ('"2,5"', 10),
    ],
)
def test_credits_are_whole_quarters(file: Path, written: str, quarters: int) -> None:
    load(rows(file, f"M 1,A01,5,{written},,,,,,none"))
    section = Section.objects.select_related("module").get()
    assert (section.credit_quarters, section.module.credit_quarters) == (quarters, quarters)


RANGE = "module_code,section,capacity,credits_min,credits_max"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1,4", (4, 16)),
        ("2.5,12", (10, 48)),
        ("0,1", (0, 4)),
        ("0.25,0.5", (1, 2)),
        ("4,4", (16, None)),
        ("4,4.0", (16, None)),
        ("4,", (16, None)),
        (",", (0, None)),
    ],
)
def test_credits_are_fixed_or_a_range_to_choose_from(
    file: Path, written: str, expected: tuple[int, int | None]
) -> None:
    load(rows(file, f"M 1,A01,5,{written}", header=RANGE))
    found = Section.objects.select_related("module").get()
    assert (found.credit_quarters, found.credit_quarters_max) == expected
    assert (found.module.credit_quarters, found.module.credit_quarters_max) == expected
    assert "Nothing has changed" in load(file)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("4,1", "credits_max  1  This is less than the least credits, 4."),
        ("1,0.75", "credits_max  0.75  This is less than the least credits, 1."),
        (",4", "credits_min  It is empty, but there are most credits."),
        ("1,many", "credits_max  many  “many” is not a number from 0 to 99.75"),
        ("1,4.1", "credits_max  4.1  “4.1” is not a number from 0 to 99.75 in steps of 0.25."),
    ],
)
def test_a_range_of_credits_that_cannot_be_meant_is_refused(
    file: Path, written: str, complaint: str
) -> None:
    found = refused(rows(file, f"M 1,A01,5,{written}", header=RANGE))
    assert found[0].startswith(f"c.csv  2  {complaint}")


def test_a_range_is_narrowed_and_becomes_fixed_by_a_later_file(file: Path) -> None:
    for written, expected in (("1,4", (4, 16)), ("2,3", (8, 12)), ("3,3", (12, None))):
        load(rows(file, f"M 1,A01,5,{written}", header=RANGE))
        found = Section.objects.get()
        assert (found.credit_quarters, found.credit_quarters_max) == expected


def test_cycle_is_reported_and_loosened(file: Path) -> None:
    output = load(rows(file, "A 1,A01,5,4,,,,,B 1,exact", "B 1,A01,5,4,,,,,A 1|C 1,exact"))
    assert "Cycle: A 1, B 1 require each other; taking them together will do." in output
    clauses = Module.objects.get(code="B 1").requires
    assert clauses == [{"any_of": ["A 1", "C 1"], "together": ["A 1"]}]


def test_clause_of_unknown_codes_is_shown_until_the_list_knows_them(
    file: Path, tmp_path: Path
) -> None:
    load(rows(file, "A 1,A01,5,4,,,,,X 1|X 2,exact"))
    module = Module.objects.get(code="A 1")
    assert (module.requires, module.requirement_note) == ([], "X 1 or X 2")
    load(file, modules=rows(tmp_path / "m.csv", "X 1", header="module_code"))
    module.refresh_from_db()
    assert [clause["any_of"] for clause in module.requires] == [["X 1", "X 2"]]
    assert module.requirement_note == ""


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("MATH 1,A01,many,4,,,,,,", "capacity  many  “many” is not a whole number"),
        ("MATH 1,A01,-1,4,,,,,,", "capacity  -1  “-1” is not a whole number from 0 to 9999"),
        ("MATH 1,A01,10000,4,,,,,,", "capacity  10000  “10000” is not a whole number"),
        ("MATH 1,A01,3.5,4,,,,,,", "capacity  3.5  “3.5” is not a whole number"),
        ("MATH 1,A01,٣,4,,,,,,", "capacity  ٣  “٣” is not a whole number"),
        ("MATH 1,A01,,4,,,,,,", "capacity  This cell is empty"),
        (",A01,5,4,,,,,,", "module_code  This cell is empty"),
        ("MATH 1,\u200b,5,4,,,,,,", "section  This cell is empty"),
        ("MATH 1|2,A01,5,4,,,,,,", "module_code  MATH 1|2  A code cannot contain ; or |."),
        (f"{'M' * 101},A01,5,4,,,,,,", f"module_code  {'M' * 60}…  This code has 101 characters"),
        ("MATH 1,A01,5,1e9,,,,,,", "credits_min  1e9  “1e9” is not a number from 0 to 99.75"),
        ("MATH 1,A01,5,0.3,,,,,,", "credits_min  0.3  “0.3” is not a number from 0 to 99.75 in"),
        ("MATH 1,A01,5,100,,,,,,", "credits_min  100  “100” is not a number"),
        ("MATH 1,A01,5,nan,,,,,,", "credits_min  nan  “nan” is not a number"),
        ("MATH 1,A01,5,4,TX,08:00,09:00,,,", "days  TX  “TX” is not made of days"),
        ("MATH 1,A01,5,4,FR,08:00,09:00,,,", "days  FR  “FR” may be ThuFri or Fri"),
        ("MATH 1,A01,5,4,T,8,09:00,,,", "start  8  “8” is not a time"),
        ("MATH 1,A01,5,4,T,08:00,29:00,,,", "end  29:00  “29:00” is not a time"),
        ("MATH 1,A01,5,4,T,09:00,08:00,,,", "end  08:00  It ends at 08:00, not after"),
        ("MATH 1,A01,5,4,T,08:00,,,,", "end  Start and end belong together"),
        ("MATH 1,A01,5,4,,,,LE M 9,,", "meetings  LE M 9  No time can be read"),
        ("MATH 1,A01,5,4,,,,LE M 09:00-08:00,,", "meetings  LE M 09:00-08:00  It ends at 08:00"),
        ("MATH 1,A01,5,4,,,,,A|,exact", "prereq_cnf  A|  A module code is missing beside a ; or |"),
        (
            "MATH 1,A01,5,4,,,,,A,sure",
            "prereq_parse  sure  “sure” is not one of: exact, exact+note",
        ),
        ("MATH 0,A01,5,4,,,,,,", "section  A01  MATH 0 A01 is already on line 2"),
        ("\ufeffMATH\u00a00,A01\u200b,5,4,,,,,,", "section  A01  MATH 0 A01 is already on line 2"),
    ],
    ids=range(26),
)
def test_malformed_row_is_named_and_nothing_is_loaded(
    file: Path, line: str, complaint: str
) -> None:
    defect, *_rest, total = refused(rows(file, GOOD, line))
    assert defect.startswith(f"c.csv  3  {complaint}")
    assert total.startswith("Nothing was imported. Defects:")


def test_all_defects_of_both_files_are_reported_at_once(file: Path, tmp_path: Path) -> None:
    modules = rows(tmp_path / "m.csv", "A,x", "A,1", header="module_code,credits_min")
    found = refused(rows(file, GOOD, GOOD, "MATH 1,A01,x,y,,,,,,"), modules=modules)
    assert [line.split("  ")[:3] for line in found] == [
        ["c.csv", "3", "section"], ["c.csv", "4", "capacity"], ["c.csv", "4", "credits_min"],
        ["m.csv", "2", "credits_min"], ["m.csv", "3", "module_code"],
        ["Nothing was imported. Defects: 5."],
    ]  # fmt: skip


def test_line_of_a_row_after_a_cell_with_line_breaks_is_right(file: Path) -> None:
    header = "module_code,section,capacity,prereq_text"
    found = refused(rows(file, 'A,1,5,"two\nlines"', "A,2,x,", header=header))
    assert found[0].startswith("c.csv  4  capacity")


def test_rows_of_two_terms_are_refused(file: Path) -> None:
    lines = ("A,1,5,SP22", "A,2,5,FA22")
    found = refused(rows(file, *lines, header="module_code,section,capacity,term"))
    assert found[0].startswith("c.csv  3  term  FA22  This is of FA22, but the rows before are")


@pytest.mark.parametrize("term", ["", " ", "x" * 33, "a\nb"])
def test_strange_term_is_refused(file: Path, term: str) -> None:
    with pytest.raises(CommandError, match="--term: it needs 1 to 32 printable"):
        load(rows(file, GOOD), term=term)


@pytest.mark.parametrize(
    ("days", "reason"),
    [(("--starts", "2026-09-07"), "or neither"),
     (("--starts", "2026-09-07", "--ends", "2026-09-01"), "cannot end on 2026-09-01"),
     (("--starts", "7.9.2026"), "is not a day like")],
)  # fmt: skip
def test_days_that_are_none_of_a_term_are_refused(
    file: Path, days: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        load(rows(file, GOOD), *days)


SPELLINGS = [
    ("001", "1"), ("002", "2"), ("1E02", "100"), ("3-1", "1-Mar"), ("3-1", "2026-03-01"),
    ("1.10", "1.1"), ("1.001", "1001"), ("A01", "a01"), ("A01", "A 01"), ("A-1", "A-001"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "comes"), SPELLINGS)
def test_section_that_is_there_in_another_spelling_is_refused_with_both(
    file: Path, there: str, comes: str
) -> None:
    load(rows(file, f"MATH 1,{there},5,4,,,,,,none"))
    again = rows(file, f"MATH 1,{comes},5,4,,,,,,none")
    assert f"“MATH 1 {comes}” looks like “MATH 1 {there}”" in refused(again)[0]
    load(again, "--as-new")
    assert Section.objects.count() == 2


@pytest.mark.parametrize("comes", ["math 1", "MATH1", "MATH 01", "MATH\u20111", "\uff2dATH 1"])
def test_module_that_is_there_in_another_spelling_is_refused_with_both(
    file: Path, tmp_path: Path, comes: str
) -> None:
    load(rows(file, "MATH 1,A01,5,4,,,,,,none"))
    again = rows(file, f"{comes},A01,5,4,,,,,,none")
    assert f"“{comes}” looks like “MATH 1”" in refused(again)[0]
    listed = rows(tmp_path / "m.csv", comes, header="module_code")
    found = refused(rows(file, "MATH 1,A01,5,4,,,,,,none"), modules=listed)
    assert found[0].startswith(f"m.csv  2  module_code  {comes}  “{comes}” looks like")


@pytest.mark.parametrize(
    "comes",
    ["MATH 0\u200b", "\ufeffMATH 0", "MATH\u00a00", "MATH  0", '="MATH 0"', "MATH\u2060 0"],
)
def test_code_that_differs_in_what_nobody_sees_is_the_same(file: Path, comes: str) -> None:
    load(rows(file, GOOD))
    assert "Nothing has changed" in load(rows(file, GOOD.replace("MATH 0", comes)))


def test_missing_sections_are_listed_with_their_seats_and_closed_on_request(file: Path) -> None:
    all_three = [f"M 1,A0{n},5,4,,,,,,none" for n in (1, 2, 3)]
    load(rows(file, *all_three))
    Section.objects.filter(code="A03").update(taken=1)
    output = load(rows(file, *all_three[:1]))
    assert "sections: 0 new, 0 changed, 2 missing, 1 unchanged" in output
    assert "  - M 1 A02\n  - M 1 A03 (1 taken)" in output
    assert "Nothing has changed" in output
    shown = load(file, "--close-missing", "--dry-run")
    assert "~ M 1 A03: open yes → no" in shown
    assert Section.objects.filter(is_open=False).count() == 0
    load(file, "--close-missing")
    assert list(Section.objects.filter(is_open=True).values_list("code", flat=True)) == ["A01"]
    output = load(rows(file, *all_three[:2]), "--close-missing")
    assert "1 sections of the file are closed here and stay closed: M 1 A02." in output
    assert "1 more sections are missing from the file and closed already." in output
    assert "Nothing has changed" in output


def test_dry_run_shows_the_difference_and_changes_nothing(file: Path) -> None:
    load(rows(file, GOOD))
    before = snapshot()
    changed = GOOD.replace("TR,17:00,18:20", "MW,8:00 AM,9:20 AM").replace(",30,", ",unlimited,")
    output = load(
        rows(file, changed.replace("unlimited", "9999"), "NEW 1,A01,5,4,,,,,,none"), "--dry-run"
    )
    assert output.splitlines() == [
        "terms: 0 new, 0 changed, 0 missing, 1 unchanged",
        "modules: 1 new, 0 changed, 0 missing, 1 unchanged",
        "  + NEW 1",
        "sections: 1 new, 1 changed, 0 missing, 0 unchanged",
        "  + NEW 1 A01",
        "  ~ MATH 0 A01: seats 30 → unlimited",
        "  ~ MATH 0 A01: meetings TR 17:00-18:20 → MW 08:00-09:20",
        "Nothing was changed (--dry-run).",
    ]
    assert snapshot() == before


def test_fewer_seats_than_are_taken_are_a_defect(file: Path) -> None:
    load(rows(file, GOOD))
    Section.objects.update(taken=7)
    few = rows(file, GOOD.replace(",30,", ",6,"))
    for options in ((), ("--dry-run",)):
        assert "7 seats of MATH 0 A01 are taken, so it cannot" in refused(few, *options)[0]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("M 1,A01,5,4,,8:00,8:01,,,", "1 meetings have no day or no time and are to be arranged:"),
        ("M 1,A01,5,4,TBA,,,LE TBA|IN,,", "2 meetings have no day or no time and are to be"),
        ("M 1,A01,5,4,TR,9:00,9:50,LE MW 9:00-9:50,,", "1 sections have other meetings than"),
        ("M 1,A01,5,4,TR,2:00,3:20,,,", "1 sections begin before 06:00: M 1 A01."),
        ("Math 0,A01,5,4,,,,,,", "“Math 0” looks like “MATH 0”, spelled differently."),
        ('MATH 0,="A-01",5,4,,,,,,', "“MATH 0 A-01” looks like “MATH 0 A01”, spelled"),
        ("M 1,A01,5,4,,,,,X 1,partial", "1 modules have requirements that are shown to students"),
    ],
)
def test_what_was_assumed_or_left_aside_is_named(file: Path, line: str, note: str) -> None:
    assert note in load(rows(file, GOOD, line))


def test_sections_in_each_others_way_are_named_once_they_are_new(file: Path) -> None:
    header = "module_code,section,capacity,instructor,meetings"
    lecture = "M 1,A01,5,Noether,LE M 9:00-10:00 HALL 2"
    load(rows(file, lecture, header=header))
    both = rows(file, lecture, "M 2,A01,5,E. Noether;Noether,LE M 9:30-9:50 Hall 2", header=header)
    output = load(both, "--dry-run")
    names = "M 1 A01 + M 2 A01"
    assert f"1 pairs of sections are in one room at one time: {names} (HALL 2, M " in output
    assert f"1 pairs of sections have one instructor at one time: {names} (Noether" in output
    load(both)
    assert "at one time" not in load(both)


def test_term_and_contradictions_of_the_file_are_named(file: Path) -> None:
    header = "module_code,section,capacity,title,term"
    output = load(rows(file, "M 1,A01,5,One,SP22", "M 1,A02,5,Two,SP22", header=header))
    assert "The file names the term SP22; it goes to T1." in output
    assert "1 modules have rows that say different things; the first one counts: M 1." in output
    assert Module.objects.get().title == "One"


DATED = "module_code,section,capacity,start_date,end_date"


def test_sections_have_days_of_their_own(file: Path) -> None:
    line = "M 1,A01,5,7.9.2026,2026-10-16"
    load(rows(file, line, header=DATED), "--starts", "2026-09-07", "--ends", "2026-12-18")
    section = Section.objects.get()
    assert (str(section.starts_on), str(section.ends_on)) == ("2026-09-07", "2026-10-16")
    assert "Nothing has changed" in load(rows(file, "M 1,A01,5", header=DATED[:28]))
    output = load(rows(file, "M 1,A01,5,,2026-10-23", header=DATED))
    assert "M 1 A01: first day 2026-09-07 → —" in output
    assert "M 1 A01: last day 2026-10-16 → 2026-10-23" in output


@pytest.mark.parametrize(
    ("line", "header", "complaint"),
    [
        (
            "M 1,A01,5,2026-09-07,2026-09-01",
            DATED,
            "2  end_date  2026-09-01  It is before",
        ),
        ("M 1,A01,5,7/9/2026,2026-09-30", DATED, "2  start_date  7/9/2026  “7/9/2026” may be"),
        ("M 1,A01,5,2026-02-30,", DATED, "2  start_date  2026-02-30  “2026-02-30” is not a date."),
        ("M 1,A01,5,,soon", DATED, "2  end_date  soon  “soon” is not a date."),
        (
            "M 1,A01,5,2026-09-07",
            DATED.removesuffix(",end_date"),
            "1  end_date  Columns start",
        ),
    ],
)
def test_days_that_no_section_can_have_are_refused(
    file: Path, line: str, header: str, complaint: str
) -> None:
    assert refused(rows(file, line, header=header))[0].startswith(f"c.csv  {complaint}")


def test_text_has_no_limit_that_real_files_meet(file: Path) -> None:
    header = "module_code,section,capacity,title,room,instructor,days,start,end"
    names = ", ".join(["Instructor Name"] * 40)
    load(rows(file, f'M 1,A01,5,{"T" * 900},{"R" * 300},"{names}",M,9:00,9:50', header=header))
    assert Section.objects.get().instructor == names
    assert len(Module.objects.get().title) == 900


def test_stated_dialect_reads_days_that_may_be_two_things(file: Path) -> None:
    line = "M 1,A01,5,4,FR,9:00,9:50,,,"
    refused(rows(file, line))
    load(file, "--days", "names")
    assert [one["day"] for one in Section.objects.get().meetings] == [4]


def test_catalogue_is_the_same_from_a_workbook(file: Path, tmp_path: Path) -> None:
    header = ["module_code", "section", "capacity", "credits_min", "days", "start", "end"]
    load(rows(file, "MATH 0,001,30,2.5,TR,17:00,18:20", header=",".join(header)))
    row: list[Cell] = ["MATH 0", "001", 30, 2.5, "TR", (17 / 24, TIME), (1100 / 1440, TIME)]
    book = tmp_path / "c.xlsx"
    book.write_bytes(workbook([header, row]))
    assert "Nothing has changed" in load(book)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            load(path)


def test_without_a_worker_the_catalogue_is_imported_with_a_warning(file: Path) -> None:
    with pytest.raises(CommandError, match="The catalogue is loaded, but after 0 s"):
        call_command("import_catalogue", str(rows(file, GOOD)), "--term", "T", "--timeout", "0")
    assert Section.objects.count() == 1


def test_generated_catalogue_is_the_same_for_the_same_seed_and_loads(tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("a.csv", "am.csv", "b.csv", "bm.csv")]
    for file, modules in (names[:2], names[2:]):
        call_command("generate_catalogue", str(file), "--modules-file", str(modules), "--seed", "1")
    assert names[0].read_bytes() == names[2].read_bytes()
    load(names[0], modules=names[1])
    assert 290 <= Module.objects.count() <= 310
    assert 950 <= Section.objects.count() <= 1050
    assert Section.objects.filter(seats__gt=0, seats__lt=9).count() >= 10


@pytest.mark.skipif(not REAL.is_dir(), reason="the real catalogue is not beside this checkout")
def test_real_catalogue_loads_whole_and_a_second_run_changes_nothing() -> None:
    catalogue, modules = REAL / "catalogue_ucsd_sp22.csv", REAL / "modules_ucsd.csv"
    output = load(catalogue, modules=modules)
    assert Section.objects.count() == 8507
    assert Module.objects.count() == 6786 + 507
    assert "Cycle: COGS 118A, COGS 118B" in output
    assert Section.objects.filter(seats=None).count() == 3573
    assert Section.objects.exclude(credit_quarters_max=None).count() == 2964
    before = snapshot()
    assert "Nothing has changed" in load(catalogue, modules=modules)
    assert snapshot() == before
