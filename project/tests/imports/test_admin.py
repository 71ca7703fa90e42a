"""The pages of an import: upload, preview, apply, result; in both languages, without scripts."""

import csv
import io
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from project.accounts.models import User
from project.imports.formats import formats
from project.imports.jobs import run_jobs
from project.imports.models import ImportJob
from project.testing.things import Things

pytestmark = pytest.mark.django_db
ADD = "/admin/imports/importjob/add/?format=things"
LIST = "/admin/imports/importjob/"


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    things = Things({"A": 1, "B": 2, "C": 3})
    monkeypatch.setitem(formats.by_name, "things", things.format)
    return things


@pytest.fixture
def staff(things: Things) -> Iterator[Client]:
    client = Client()
    client.force_login(User.objects.create_superuser("root", "x", full_name="R", email=""))
    return client  # type: ignore[return-value]


def upload(client: Client, data: str, **options: str) -> str:
    """Upload, and have the pool compare; the address of the job."""
    file = SimpleUploadedFile("f.csv", data.encode())
    answer = client.post(ADD, {"file": file, **options})
    assert answer.status_code == 302
    return str(answer["Location"])


def read(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def test_formats_are_offered_and_the_form_shows_options_and_columns(staff: Client) -> None:
    assert 'href="?format=catalogue"' in read(staff, LIST + "add/")
    page = read(staff, LIST + "add/?format=catalogue")
    assert 'enctype="multipart/form-data"' in page
    for name in ("file", "term", "modules", "starts", "days", "as_new", "close_missing"):
        assert f'name="{name}"' in page
    assert '<th scope="row">module_code</th>' in page


def test_upload_is_compared_shown_applied_and_reported(staff: Client, things: Things) -> None:
    job = upload(staff, "code,places,colour\nA,1\nB,5\nC,3\nD,4\n", day="2026-09-07", loud="on")
    page = read(staff, job)
    assert "being compared" in page
    assert '<meta http-equiv="refresh" content="2">' in page
    run_jobs()
    page = read(staff, job)
    assert "Nothing was changed yet" in page
    assert "1 new, 1 changed, 0 missing from the file, 2 unchanged" in page
    assert '<th scope="row">B</th><td>places</td><td>2</td><td>5</td>' in page
    assert "left aside: colour." in page
    assert "http-equiv" not in page
    assert "what is wrong" not in page
    staff.post(reverse("admin:imports_apply", args=[_number(job)]))
    assert "being imported" in read(staff, job)
    run_jobs()
    assert "The file was imported." in read(staff, job)
    assert things.stored["B"] == 5
    assert things.options == [{"day": "2026-09-07", "loud": "yes"}]
    listed = read(staff, LIST)
    assert all(text in listed for text in ("f.csv", "Things", "root", "imported"))


def _number(job: str) -> str:
    return job.rstrip("/").split("/")[-2]


def test_defects_are_shown_with_line_column_value_and_reason(staff: Client) -> None:
    job = upload(staff, "code,places\nA,<x>\n,1\n")
    run_jobs()
    page = read(staff, job)
    assert "the file has 2 defects." in page
    assert "<td>f.csv</td><td>2</td><td>places</td><td>&lt;x&gt;</td><td>“&lt;x&gt;” is not" in page
    assert "Import now" not in page


def test_file_that_changes_nothing_says_so(staff: Client) -> None:
    job = upload(staff, "code,places\nA,1\nB,2\nC,3\n")
    run_jobs()
    assert "All of the file is here already." in read(staff, job)


def test_what_is_missing_has_to_be_agreed_to(staff: Client, things: Things) -> None:
    job = upload(staff, "code,places\nA,2\n")
    run_jobs()
    page = read(staff, job)
    assert '<th scope="row">C</th><td>3</td>' in page
    assert "2 things are missing." in page
    assert 'name="is_confirmed" value="yes" required' in page
    apply = reverse("admin:imports_apply", args=[_number(job)])
    staff.post(apply)
    run_jobs()
    assert things.stored["A"] == 1
    staff.post(apply, {"is_confirmed": "yes"})
    run_jobs()
    assert things.stored["A"] == 2


def test_applying_twice_or_by_a_link_does_nothing_more(staff: Client, things: Things) -> None:
    job = upload(staff, "code,places\nA,1\nB,5\nC,3\n")
    run_jobs()
    apply = reverse("admin:imports_apply", args=[_number(job)])
    staff.get(apply)
    run_jobs()
    assert things.options == []
    staff.post(apply)
    run_jobs()
    assert "under way or done already" in staff.post(apply, follow=True).content.decode()
    run_jobs()
    assert len(things.options) == 1


def test_result_is_a_file_that_no_spreadsheet_takes_for_formulas(staff: Client) -> None:
    job = upload(staff, "code,places\nA,1\nB,5\n=1+1,4\n-2,1\n")
    run_jobs()
    answer = staff.get(reverse("admin:imports_result", args=[_number(job)]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1:] == [
        ["new", "things", "'=1+1", "", "", ""],
        ["new", "things", "'-2", "", "", ""],
        ["changed", "things", "B", "places", "2", "5"],
        ["missing", "things", "C", "", "3", ""],
    ]
    bad = upload(staff, "code,places\nA,=x\n")
    run_jobs()
    answer = staff.get(reverse("admin:imports_result", args=[_number(bad)]))
    assert "f.csv,2,places,'=x," in answer.content.decode()


def test_form_says_what_is_missing_or_wrong(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = staff.post(ADD, {"day": "tomorrow"}).content.decode()
    assert "This field is required." in page
    assert "Enter a valid date." in page
    monkeypatch.setattr("project.imports.forms.LARGEST_FILE", 3)
    file = SimpleUploadedFile("f.csv", b"code\nA\n")
    assert "at most 0 MB are read" in staff.post(ADD, {"file": file}).content.decode()
    assert not ImportJob.objects.exists()


def test_pages_speak_chinese(staff: Client) -> None:
    User.objects.update(language="zh-hant")
    staff.cookies["django_language"] = "zh-hant"
    job = upload(staff, "code,places\nA,x\n")
    assert "比對中" in read(staff, job)
    run_jobs()
    page = read(staff, job)
    assert "檔案有 1 項問題" in page
    assert "「x」不是 0 到 9 的整數。" in page


def test_only_those_with_the_right_import(things: Things) -> None:
    assert Client().get(ADD).status_code == 302
    clerk = User.objects.create_user("clerk", "x", full_name="C", email="")
    clerk.is_staff = True
    clerk.save()
    client = Client()
    client.force_login(clerk)
    assert client.get(ADD).status_code == 403
    assert client.get(LIST).status_code == 403
    rights = Permission.objects.filter(codename__in=("add_importjob", "view_importjob"))
    clerk.user_permissions.set(rights)
    assert client.get(ADD).status_code == 200
    job = upload(client, "code,places\nA,1\n")
    clerk.user_permissions.set(rights.filter(codename="view_importjob"))
    run_jobs()
    assert "Import now" not in read(client, job)
    assert client.post(reverse("admin:imports_apply", args=[_number(job)])).status_code == 403
