"""The import: all or nothing, idempotent, and every error is explained."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from modules.models import Module, Section, Term
from project.bus.sql import fetch

pytestmark = pytest.mark.django_db
HEADER = "module_code,section,capacity,credits_min,days,start,end,meetings,prereq_cnf,prereq_parse"
REAL = Path(__file__).resolve().parents[4] / "shared" / "data"


def load(path: Path, *, term: str = "T1", modules: Path | None = None) -> str:
    from io import StringIO

    out = StringIO()
    more = ["--modules", str(modules)] if modules else []
    call_command(
        "import_catalogue", str(path), "--term", term, "--no-wait", *more,
        stdout=out, stderr=StringIO(),
    )  # fmt: skip
    return out.getvalue()


def refused(path: Path, **more: Path | None) -> list[str]:
    """The errors, without the file's folder; nothing was imported."""
    with pytest.raises(CommandError) as no:
        load(path, **more)  # type: ignore[arg-type]
    assert not Term.objects.exists()
    assert not fetch("SELECT 1 FROM bus_event")
    return str(no.value).replace(f"{path.parent}/", "").splitlines()


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
        {"kind": "LE", "start": 480, "end": 540, "day": 0, "date": None, "room": "X"}
    ]


def test_second_run_changes_nothing_and_reports_it(file: Path) -> None:
    load(rows(file, GOOD, "MATH 2,A01,5,,,,,,MATH 0,exact"))
    before = snapshot()
    assert "Nothing has changed" in load(file)
    assert snapshot() == before


def test_only_changes_append_events(file: Path) -> None:
    load(rows(file, GOOD, "MATH 2,A01,5,4,,,,,,none"))
    output = load(rows(file, GOOD, "MATH 2,A01,6,4,,,,,,none"))
    assert "sections: 0 new, 1 changed" in output
    assert "modules: 0 new, 0 changed" in output


@pytest.mark.parametrize(("capacity", "seats"), [("9999", None), ("0", 0), ("9998", 9998)])
def test_capacity(file: Path, capacity: str, seats: int | None) -> None:
    load(rows(file, f"M 1,A01,{capacity},4,,,,,,none"))
    assert Section.objects.get().seats == seats


def test_three_columns_are_enough_and_unknown_ones_are_ignored(file: Path) -> None:
    load(rows(file, "M 1,A01,5,?", header="module_code,section,capacity,colour"))
    assert Module.objects.get().title == "M 1"


def test_bom_and_crlf_do_not_matter(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n{GOOD}\r\n".encode())
    load(file)
    assert Section.objects.get().seats == 30


def test_blank_credits_are_warned_of(file: Path) -> None:
    output = load(rows(file, "M 1,A01,5,,,,,,,none", "M 2,A01,5,3,,,,,,none"))
    assert "1 sections have no credits; they count as 0" in output
    assert sorted(Section.objects.values_list("credit_quarters", flat=True)) == [0, 12]


@pytest.mark.parametrize(
    ("written", "quarters"),
    [("0.5", 2), ("2.25", 9), ("3.75", 15), ("4.0", 16), ("12.50", 50), ("99.75", 399)],
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
        ("4,1", "column credits_max: it is less than credits_min, 4"),
        ("1,0.75", "column credits_max: it is less than credits_min, 1"),
        (",4", "column credits_min: it is empty, but there is a credits_max"),
        ("1,many", 'column credits_max: "many" is not a number from 0 to 99.75'),
        ("1,4.1", 'column credits_max: "4.1" is no whole quarter of a credit: write 4 or 4.25'),
    ],
)
def test_a_range_of_credits_that_cannot_be_meant_is_refused(
    file: Path, written: str, complaint: str
) -> None:
    found = refused(rows(file, f"M 1,A01,5,{written}", header=RANGE))
    assert found == [f"c.csv, line 2: {complaint}", "Nothing was loaded: 1 defect."]


def test_a_range_is_narrowed_and_becomes_fixed_by_a_later_file(file: Path) -> None:
    for written, expected in (("1,4", (4, 16)), ("2,3", (8, 12)), ("3,3", (12, None))):
        load(rows(file, f"M 1,A01,5,{written}", header=RANGE))
        found = Section.objects.get()
        assert (found.credit_quarters, found.credit_quarters_max) == expected


def test_cycle_is_reported_and_loosened(file: Path) -> None:
    output = load(rows(file, "A 1,A01,5,4,,,,,B 1,exact", "B 1,A01,5,4,,,,,A 1|C 1,exact"))
    assert "Cycle: A 1, B 1 require each other" in output
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
        ("MATH 1,A01,many,4,,,,,,", 'column capacity: "many" is not a whole number'),
        ("MATH 1,A01,-1,4,,,,,,", 'column capacity: "-1" is not a whole number'),
        ("MATH 1,A01,10000,4,,,,,,", 'column capacity: "10000" is not a whole number'),
        ("MATH 1,A01,3.5,4,,,,,,", 'column capacity: "3.5" is not a whole number'),
        ("MATH 1,A01,٣,4,,,,,,", 'column capacity: "٣" is not a whole number'),
        ("MATH 1,A01,,4,,,,,,", "column capacity: it is empty"),
        (",A01,5,4,,,,,,", "column module_code: it is empty"),
        ("MATH 1,,5,4,,,,,,", "column section: it is empty"),
        ("MATH 1,A01,5,1e9,,,,,,", 'column credits_min: "1e9" is not a number from 0 to 99.75'),
        (
            "MATH 1,A01,5,0.3,,,,,,",
            'column credits_min: "0.3" is no whole quarter of a credit: write 0.25 or 0.5',
        ),
        (
            "MATH 1,A01,5,2.999,,,,,,",
            'column credits_min: "2.999" is no whole quarter of a credit: write 2.75 or 3',
        ),
        ("MATH 1,A01,5,100,,,,,,", 'column credits_min: "100" is not a number'),
        ("MATH 1,A01,5,nan,,,,,,", 'column credits_min: "nan" is not a number'),
        ("MATH 1,A01,5,4,TX,08:00,09:00,,,", 'column days: "TX" is not made of the days'),
        ("MATH 1,A01,5,4,T,8,09:00,,,", 'column start: "8" is not a time'),
        ("MATH 1,A01,5,4,T,08:00,29:00,,,", 'column end: "29:00" is not a time'),
        ("MATH 1,A01,5,4,T,09:00,08:00,,,", "column end: 08:00 is not after the start, 09:00"),
        ("MATH 1,A01,5,4,T,09:00,,,,", "column end: it is empty, but there is a time"),
        ("MATH 1,A01,5,4,,09:00,10:00,,,", "column days: it is empty, but there is a time"),
        ("MATH 1,A01,5,4,,,,LE Q 08:00-09:00,,", 'column meetings: "Q" is not made of the days'),
        ("MATH 1,A01,5,4,,,,,A||B,exact", "column prereq_cnf: a module code is missing"),
        ("MATH 1,A01,5,4,,,,,A,maybe", 'column prereq_parse: "maybe" is not exact'),
        ("MATH 1,A01,5", "3 cells, but the header has 10"),
        ("MATH 1,A\x0001,5,4,,,,,,", "column section: it holds an unprintable character"),
        (f"{'M' * 101},A01,5,4,,,,,,", "column module_code: 101 characters; at most 100 fit"),
        ('MATH 1,"A01,5,4,,,,,,', "this is no CSV"),
        ('MATH 1,"A"01,5,4,,,,,,', "this is no CSV"),
    ],
)
def test_malformed_row_is_named_and_nothing_is_loaded(
    file: Path, line: str, complaint: str
) -> None:
    found = refused(rows(file, GOOD, line))
    assert found[0].startswith(f"c.csv, line 3: {complaint}")
    assert found[1:] == ["Nothing was loaded: 1 defect."]


def test_all_defects_of_both_files_are_reported_at_once(file: Path, tmp_path: Path) -> None:
    modules = rows(tmp_path / "m.csv", "A,x", "A,1", header="module_code,credits_min")
    found = refused(rows(file, GOOD, GOOD, "M,B,x,y,,,,,,"), modules=modules)
    assert found == [
        "c.csv, line 3: column section: MATH 0 A01 is already on line 2",
        'c.csv, line 4: column capacity: "x" is not a whole number from 0 to 9999',
        'c.csv, line 4: column credits_min: "y" is not a number from 0 to 99.75',
        'm.csv, line 2: column credits_min: "x" is not a number from 0 to 99.75',
        "m.csv, line 3: column module_code: A is already on line 2",
        "Nothing was loaded: 5 defects.",
    ]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "c.csv, line 1: the file is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "c.csv, line 1: the file is empty"),
        (f"{HEADER}\n".encode(), "c.csv, line 1: there is a header, but no row"),
        (b"module_code,section\nA,B\n", "c.csv, line 1: column capacity: this column is missing"),
        (
            b"module_code,section,capacity,section\n",
            "c.csv, line 1: column section: this column is there more than once",
        ),
        ("é".encode("utf-16"), "c.csv, line 1: the file is UTF-16; save it as UTF-8"),
        (
            b"module_code,section,capacity\nA,B,1\nA,\xe9,1\n",
            "c.csv, line 3: column section: byte 3 of the line (0xe9) is not UTF-8",
        ),
    ],
)
def test_file_that_is_no_catalogue_is_refused_with_a_reason(
    file: Path, data: bytes, complaint: str
) -> None:
    file.write_bytes(data)
    assert refused(file)[0] == complaint


def test_line_of_a_row_after_a_cell_with_line_breaks_is_right(file: Path) -> None:
    header = "module_code,section,capacity,prereq_text"
    found = refused(rows(file, 'A,1,5,"two\nlines"', "A,2,x,", header=header))
    assert found[0].startswith("c.csv, line 4: column capacity")


def test_rows_of_two_terms_are_refused(file: Path) -> None:
    lines = ("A,1,5,SP22", "A,2,5,FA22")
    found = refused(rows(file, *lines, header="module_code,section,capacity,term"))
    assert found[0].startswith("c.csv, line 3: column term: FA22")


@pytest.mark.parametrize("term", ["", " ", "x" * 33, "a\nb"])
def test_strange_term_is_refused(file: Path, term: str) -> None:
    with pytest.raises(CommandError, match="--term needs"):
        load(rows(file, GOOD), term=term)


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
    before = snapshot()
    assert "Nothing has changed" in load(catalogue, modules=modules)
    assert snapshot() == before
