"""Students, transcripts and categories from files: what is new, changed, missing and wrong."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from project.accounts.models import User
from project.bus.sql import fetch
from project.imports.columns import columns_table
from project.imports.defects import FileInvalid
from project.imports.formats import Comparison, FileFormat, Unconfirmed, Upload
from project.imports.records import File
from registration import services
from registration.models import Attempt, Student, StudentRecord, Term
from registration.selectors.blocks import load_blocks
from registration.selectors.leaving import load_enrolled, load_items_to_drop
from registration.selectors.students import load_admissions
from registration.services.block_import import BLOCKS
from registration.services.category_import import CATEGORIES
from registration.services.student_format import STUDENTS
from registration.services.transcript_import import TRANSCRIPTS
from registration.tests import factories

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
HEADER = "number,full_name,email,programme,year,credit_limit"
ADA = "S-1,Ada Lovelace,ada@x.org,CS,2,20"
ALAN = "S-2,Alan Turing,alan@x.org,CS,1,18"


def upload(text: str | bytes, **texts: str) -> Upload:
    data = text if isinstance(text, bytes) else text.encode()
    return Upload(file=File(name="students.csv", data=data), texts=texts)


def table(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def load(given: Upload, of: FileFormat = STUDENTS, *, is_confirmed: bool = False) -> Comparison:
    return of.apply(given, is_confirmed, lambda _done, _all: None)


def example(name: str) -> Upload:
    return upload((EXAMPLES / name).read_bytes())


def events() -> list[str]:
    return [kind for (kind,) in fetch("SELECT type FROM bus_event ORDER BY id")]


@pytest.fixture(autouse=True)
def _programme() -> None:
    factories.programme("CS")


def test_the_examples_of_the_documents_load_and_a_second_time_change_nothing() -> None:
    for name, of in (
        ("categories.csv", CATEGORIES),
        ("students.csv", STUDENTS),
        ("transcripts.csv", TRANSCRIPTS),
        ("blocks.csv", BLOCKS),
    ):
        assert not load(example(name), of).is_empty
        before = events()
        assert load(example(name), of).is_empty
        assert events() == before
    ada = User.objects.get(number="S-0001")
    admission = load_admissions([ada.pk])[ada.pk]
    assert admission is not None
    assert (admission.programme, admission.year, admission.groups) == (
        "MATH", 2, ("honours", "rowing"),
    )  # fmt: skip
    assert (admission.credit_limit_quarters, admission.credits_earned_quarters) == (80, 194)
    assert [(one.module, one.status) for one in admission.transcript or ()] == [
        ("MATH 1", "completed"), ("MATH 2", "not_passed"), ("MATH 3", "in_progress"),
    ]  # fmt: skip
    assert (ada.username, ada.email, ada.has_usable_password()) == (
        "S-0001", "ada@example.org", False,
    )  # fmt: skip


def test_one_event_for_each_changed_student_without_personal_data() -> None:
    load(upload(table(ADA, ALAN)))
    before = len(events())
    changed = table(ADA.replace(",2,", ",3,"), ALAN.replace("Turing", "Mathison Turing"))
    done = load(upload(changed))
    assert events()[before:] == ["accounts.person_changed.v1", "registration.student_changed.v1"]
    names = [(one.name, [f.field for f in one.fields]) for one in done.differences[0].changed]
    assert names == [("S-1 Ada Lovelace", ["year"]), ("S-2 Alan Mathison Turing", ["name"])]
    stored = str(fetch("SELECT data FROM bus_event"))
    for private in ("Ada", "Turing", "x.org", "S-1"):
        assert private not in stored


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("S-3,Eve,eve@x.org,Nursery,1,20", "programme", "There is no programme Nursery"),
        ("S-3,Eve,eve@x.org,cs,1,20", "programme", "there is CS"),
        ("S-3,Eve,no address,CS,1,20", "email", "is no email address"),
        ("S-3,Eve,eve@localhost,CS,1,20", "email", "is no email address"),
        ("S-3,Eve,eve@x.org,CS,first,20", "year", "not a whole number"),
        ("S-3,Eve,eve@x.org,CS,1,20.1", "credit_limit", "in steps of 0.25"),
        ("S-3,Eve,eve@x.org,CS,1,1000", "credit_limit", "from 0 to 999"),
        ("S-3,,eve@x.org,CS,1,20", "full_name", "The name is missing"),
        (",Eve,eve@x.org,CS,1,20", "number", "empty"),
        ("S-1,Eve,eve@x.org,CS,1,20", "number", "stands in line 2 already"),
        ("s-1,Eve,eve@x.org,CS,1,20", "number", "stands in line 2 already"),
        ("S 3,Eve,eve@x.org,CS,1,20", "number", "no spaces"),
        ("S-001,Eve,eve@x.org,CS,1,20", "number", "looks like S-1"),
    ],
)
def test_what_is_wrong_with_a_row(row: str, column: str, reason: str) -> None:
    with pytest.raises(FileInvalid) as wrong:
        load(upload(table(ADA, row)))
    (defect,) = [one for one in wrong.value.defects if one.column == column]
    assert (defect.line, reason in str(defect)) == (3, True), str(defect)
    assert not Student.objects.exists()


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Student Number;Given Name;Surname;E-Mail;Program;Year of Study;Max Credits",
         "S-1;Ada;Lovelace;ada@x.org;CS;2;20"),
        ("number\tname\temail\tprogramme\tyear\tcredit_limit",
         "S-1\tAda  Lovelace\tada@x.org\tCS\t2\t20.0"),
        ("NUMBER,FULL_NAME,EMAIL,PROGRAMME,YEAR,CREDIT_LIMIT", ADA),
        ("number,full_name,email,programme,year,credit_limit,shoe_size", f"{ADA},38"),
        ("credit_limit,year,programme,email,full_name,number",
         "20,2,CS,ada@x.org,\u200bAda Lovelace,S-1"),
    ],
)  # fmt: skip
def test_files_as_programs_write_them(header: str, row: str) -> None:
    load(upload(table(row, header=header)))
    user = User.objects.get(number="S-1")
    assert (user.full_name, user.email) == ("Ada Lovelace", "ada@x.org")
    assert load(upload(table(ADA))).is_empty


def test_what_a_file_has_no_column_for_stays() -> None:
    load(example("categories.csv"), CATEGORIES)
    load(upload(table(f"{ADA},honours,12", header=f"{HEADER},groups,credits_earned")))
    load(upload(table(ADA.replace(",2,", ",3,"))))
    student = Student.objects.get()
    assert (student.year, student.groups) == (3, ["honours"])
    assert StudentRecord.objects.get().credits_earned_quarters == 48


def test_an_address_that_the_student_chose_stays_until_the_registry_has_another() -> None:
    load(upload(table(ADA)))
    User.objects.filter(number="S-1").update(email="countess@home.org")
    assert load(upload(table(ADA))).is_empty
    load(upload(table(ADA.replace("Ada", "Augusta"))))
    assert User.objects.get(number="S-1").email == "countess@home.org"
    load(upload(table(ADA.replace("ada@x.org", "a.lovelace@x.org"))))
    assert User.objects.get(number="S-1").email == "a.lovelace@x.org"


def _cohort(count: int) -> list[str]:
    return [f"A{n:03d}z,Student {n},s{n}@x.org,CS,1,20" for n in range(count)]


@pytest.mark.parametrize(
    ("gone", "options", "asks"),
    [
        (1, {}, ""),
        (2, {}, "2 of 60 students are missing"),
        (60, {"partial": "yes"}, ""),
        (1, {"end_missing": "yes"}, "The studies of 1 students end: 0 sections"),
        (5, {"end_missing": "yes"}, "5 of 60 students are missing"),
    ],
)
def test_who_is_missing_is_listed_and_many_are_asked_about(
    gone: int, options: dict[str, str], asks: str
) -> None:
    rows = _cohort(60)
    load(upload(table(*rows)))
    left = upload(table(*rows[gone:], ADA), **options)
    assert len(STUDENTS.compare(left).differences[0].missing) == (
        0 if "partial" in options else gone
    )
    if asks:
        with pytest.raises(Unconfirmed, match=asks):
            load(left)
        assert not User.objects.filter(number="S-1").exists()
    load(left, is_confirmed=True)
    ended = gone if "end_missing" in options else 0
    assert Student.objects.filter(has_left=True).count() == ended
    assert User.objects.filter(is_active=False).count() == ended


def test_who_had_left_returns_with_the_file() -> None:
    load(upload(table(ADA, ALAN)))
    load(upload(table(ADA), end_missing="yes"), is_confirmed=True)
    alan = User.objects.get(number="S-2")
    assert not alan.is_active
    load(upload(table(ADA, ALAN)))
    alan.refresh_from_db()
    assert (alan.is_active, Student.objects.get(id=alan.pk).has_left) == (True, False)


@pytest.mark.parametrize(
    ("rows", "header", "of"),
    [
        (["S-2,M 1,,A,"], "number,module,term,grade,status", TRANSCRIPTS),
        (["S-2,M 1,,,"], "number,module,term,grade,status", TRANSCRIPTS),
        (["S-2,M 1,,F,failed", "S-1,M 1,,A,"], "number,module,term,grade,status", TRANSCRIPTS),
        (["S-2,Books.,The library"], "number,reason,office", BLOCKS),
        ([ADA.replace(",2,", ",3,")], HEADER, STUDENTS),
    ],
)
def test_who_has_left_stays_so_whatever_else_changes(
    rows: Sequence[str], header: str, of: FileFormat
) -> None:
    load(upload(table(ADA, ALAN)))
    alan = User.objects.get(number="S-2").pk
    services.students_end([alan])
    assert not load(upload(table(*rows, header=header)), of, is_confirmed=True).is_empty
    assert Student.objects.get(id=alan).has_left
    assert services.students_end([alan]) == 0


def test_the_comparison_says_who_returns() -> None:
    load(upload(table(ADA, ALAN)))
    services.students_end([User.objects.get(number="S-2").pk])
    (alan,) = STUDENTS.compare(upload(table(ADA, ALAN))).differences[0].changed
    assert [(one.field, one.old, one.new) for one in alan.fields] == [("has left", "yes", "")]


@pytest.mark.parametrize(
    ("days_ago", "counted"), [(-300, 3), (-1, 3), (0, 3), (2, 0), (9, 0), (300, 0)]
)
def test_what_would_be_dropped_is_counted_without_terms_that_are_over(
    days_ago: int, counted: int
) -> None:
    for section in (1, 2, 3):
        factories.section(section)
    factories.window()
    student = factories.student()
    factories.flow(student, 1, 2, 3)
    ends_on = date.today() - timedelta(days=days_ago)
    Term.objects.filter(id=factories.TERM).update(ends_on=ends_on)
    (enrolled,) = load_enrolled()
    assert enrolled.sections == counted == len(load_items_to_drop([student]))


def test_an_account_that_staff_closed_stays_closed() -> None:
    load(upload(table(ADA)))
    User.objects.filter(number="S-1").update(is_active=False)
    load(upload(table(ADA.replace(",2,", ",3,"))))
    assert not User.objects.get(number="S-1").is_active


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["S-9,M 1,,A,"], "No student has this number"),
        (["S-1,M 1,,A,", "S-1,M 1,,B,"], "already"),
        (["S-1,M 1,,A,maybe"], "not one of"),
        (["S-1,,,A,"], "empty"),
        ([",M 1,,A,"], "empty"),
    ],
)
def test_what_is_wrong_with_a_transcript(rows: Sequence[str], reason: str) -> None:
    load(upload(table(ADA)))
    with pytest.raises(FileInvalid) as wrong:
        load(upload(table(*rows, header="number,module,term,grade,status")), TRANSCRIPTS)
    assert reason in str(wrong.value.defects[0])
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("programme,cs,Computing,3", "There is CS of this kind already"),
        ("faculty,SCI,Science,", "not one of"),
        ("programme,A:B,Both,3", "has a colon"),
        ("programme,ART,,3", "empty"),
        ("programme,ART,Art,many", "not a whole number"),
        ("programme,ART,Art,0", "from 1 to 20"),
    ],
)
def test_what_is_wrong_with_a_category(row: str, reason: str) -> None:
    with pytest.raises(FileInvalid) as wrong:
        load(upload(table(row, header="kind,code,name,years")), CATEGORIES)
    assert reason in str(wrong.value.defects[0])


def blocks(*rows: str, **options: str) -> Comparison:
    return load(upload(table(*rows, header="number,reason,office"), **options), BLOCKS)


def test_blocks_of_an_office_follow_its_file() -> None:
    load(upload(table(ADA, ALAN)))
    ada, alan = (User.objects.get(number=number).pk for number in ("S-1", "S-2"))
    services.block_put(student=ada, reason="By hand.", office="The dean")
    blocks("S-1,Books.,The library", "S-2,Books.,The library")
    done = blocks("s-2,Two books.,The library")
    assert [one.name for one in done.differences[0].missing] == ["s-1 The library"]
    assert [one.reason for one in load_blocks(alan)] == ["Two books."]
    assert [one.reason for one in load_blocks(ada)] == ["By hand.", "Books."]
    blocks("S-2,Two books.,The library", lift_missing="yes")
    assert [one.reason for one in load_blocks(ada)] == ["By hand."]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["S-9,Books.,The library"], "No student has this number"),
        (["T-1,Books.,The library"], "No student has this number"),
        (["S-1,,The library"], "empty"),
        (["S-1,Books.,"], "empty"),
        ([",Books.,The library"], "empty"),
        (["S-1,Books.,The library", "s-1,Fees.,The library"], "already"),
    ],
)
def test_what_is_wrong_with_a_block(rows: Sequence[str], reason: str) -> None:
    load(upload(table(ADA)))
    User.objects.create_user("t1", number="T-1")
    with pytest.raises(FileInvalid) as wrong:
        blocks(*rows)
    assert reason in str(wrong.value.defects[0])


def test_the_command_asks_for_agreement(tmp_path: Path) -> None:
    file = tmp_path / "students.csv"
    file.write_text(table(ADA, ALAN))
    call_command("import_students", str(file), stdout=io.StringIO())
    file.write_text(table(ADA))
    with pytest.raises(CommandError, match="1 of 2 students are missing") as asked:
        call_command("import_students", str(file), stdout=io.StringIO())
    assert asked.value.returncode == 3
    output = io.StringIO()
    call_command("import_students", str(file), yes=True, stdout=output)
    assert "- S-2 Alan Turing" in output.getvalue()


@pytest.mark.parametrize("of", [CATEGORIES, STUDENTS, TRANSCRIPTS, BLOCKS], ids=lambda of: of.name)
def test_the_documents_have_the_columns(of: FileFormat) -> None:
    page = (EXAMPLES.parent / "formats.md").read_text()
    assert f"<!-- columns of {of.name} -->\n\n{columns_table(of.columns)}\n" in page
