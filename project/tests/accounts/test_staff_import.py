"""Staff from a file: accounts, departments, roles; what is new, changed, missing and wrong."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from project.accounts.models import User
from project.accounts.staff_import import COLUMNS, STAFF
from project.imports.columns import columns_table
from project.imports.defects import FileInvalid
from project.imports.formats import Comparison, Upload
from project.imports.records import File
from project.ops.env import ROOT

pytestmark = pytest.mark.django_db
DOCS = Path(ROOT) / "docs"
HEADER = "number,full_name,email,department,roles"
HOPPER = "T-1,Grace Hopper,hopper@x.org,Mathematics,"
CLERK = "R-1,Max Clerk,clerk@x.org,Registry,Registry"


@pytest.fixture(autouse=True)
def _roles() -> None:
    for name in ("Registry", "Bursar"):
        Group.objects.create(name=name)


def load(*rows: str, header: str = HEADER) -> Comparison:
    return load_bytes("\n".join([header, *rows]).encode())


def load_bytes(data: bytes) -> Comparison:
    upload = Upload(file=File(name="staff.csv", data=data))
    return STAFF.apply(upload, False, lambda _done, _all: None)


def test_the_example_loads_and_a_second_time_changes_nothing() -> None:
    data = (DOCS / "examples" / "staff.csv").read_bytes()
    assert len(load_bytes(data).differences[0].new) == 3
    assert load_bytes(data).is_empty
    clerk = User.objects.get(number="R-010")
    assert (clerk.is_staff, clerk.is_superuser, clerk.department) == (True, False, "Registry")
    assert not clerk.has_usable_password()


def test_roles_follow_the_file() -> None:
    load(HOPPER, CLERK)
    done = load(f"{HOPPER}Bursar", CLERK.replace(",Registry,Registry", ",Registry,"))
    assert [
        (one.name, [(f.field, f.old, f.new) for f in one.fields])
        for one in done.differences[0].changed
    ] == [
        ("T-1 Grace Hopper", [("roles", "", "Bursar")]),
        ("R-1 Max Clerk", [("roles", "Registry", "")]),
    ]
    roles = {one.number: (one.is_staff, one.groups.count()) for one in User.objects.all()}
    assert roles == {"T-1": (True, 1), "R-1": (False, 0)}


def test_who_is_missing_is_listed_and_stays() -> None:
    load(HOPPER, CLERK)
    done = load(HOPPER)
    assert [one.name for one in done.differences[0].missing] == ["R-1 Max Clerk"]
    assert User.objects.get(number="R-1").is_active


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("R-2,Eve,eve@x.org,,Owner", "There is no role Owner"),
        ("R-2,Eve,eve@x.org,,registry", "There is no role registry"),
        ("R-2,Eve,nowhere,,", "is no email address"),
        ("R-2,,eve@x.org,,", "The name is missing"),
        ("t-1,Eve,eve@x.org,,", "stands in the file already"),
        ("taken,Eve,eve@x.org,,", "Somebody else has the user name"),
        (",Eve,eve@x.org,,", "empty"),
    ],
)
def test_what_is_wrong_with_a_row(row: str, reason: str) -> None:
    User.objects.create_user("taken")
    with pytest.raises(FileInvalid) as wrong:
        load(HOPPER, row)
    assert reason in str(wrong.value.defects[0])
    assert User.objects.count() == 1


def test_the_documents_have_the_columns() -> None:
    page = (DOCS / "formats.md").read_text()
    assert f"<!-- columns of staff -->\n\n{columns_table(COLUMNS)}\n" in page
