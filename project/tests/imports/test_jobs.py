"""Uploads as jobs: compared, applied once, whatever dies meanwhile."""

from dataclasses import replace

import pytest
from django.db import connection, transaction

from project.bus.idle import work_left
from project.imports.formats import Comparison, FileFormat, Progress, Upload, formats
from project.imports.jobs import (
    get_progress,
    job_apply,
    job_create,
    job_retry,
    run_jobs,
)
from project.imports.models import ImportFile, ImportJob
from project.imports.records import File
from project.testing.db_threads import all_at_once, aside
from project.testing.things import Things

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)
GOOD = b"code,places\nA,1\nB,5\n"


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    things = Things({"A": 1, "B": 2})
    monkeypatch.setitem(formats.by_name, "things", things.format)
    return things


def upload(data: bytes = GOOD, format: FileFormat | None = None) -> int:
    file = File(name="f.csv", data=data)
    return job_create(
        format=format or formats.by_name["things"],
        user=7,
        upload=Upload(file=file, texts={"loud": "yes"}),
    )


def found(job: int) -> ImportJob:
    return ImportJob.objects.get(pk=job)


def compared(data: bytes = GOOD) -> int:
    job = upload(data)
    run_jobs()
    assert found(job).state == "compared"
    return job


def test_upload_is_compared_then_applied_and_its_bytes_are_deleted(things: Things) -> None:
    job = compared()
    assert things.stored == {"A": 1, "B": 2}
    assert job_apply(job=job, is_confirmed=False)
    run_jobs()
    assert things.stored == {"A": 1, "B": 5}
    assert (found(job).state, things.options) == ("done", [{"loud": "yes"}])
    assert get_progress(job=job) == (1, 1)
    assert not ImportFile.objects.exists()


@pytest.mark.parametrize("state", ["comparing", "invalid", "applying", "done", "failed"])
def test_only_what_was_compared_is_applied(things: Things, state: str) -> None:
    job = compared()
    ImportJob.objects.filter(pk=job).update(state=state)
    assert not job_apply(job=job, is_confirmed=False)
    assert found(job).state == state


def test_file_with_defects_is_invalid_with_all_of_them(things: Things) -> None:
    job = upload(b"code,places\nA,x\n,1\nB\x00,1\n")
    run_jobs()
    assert found(job).state == "invalid"
    defects = found(job).result["defects"]
    assert [(one["line"], one["column"]) for one in defects] == [
        (2, "places"), (3, "code"), (4, "code"),
    ]  # fmt: skip
    assert not ImportFile.objects.exists()


def test_what_needs_a_yes_waits_for_it(things: Things) -> None:
    job = compared(b"code,places\nA,3\n")
    job_apply(job=job, is_confirmed=False)
    run_jobs()
    assert (found(job).state, things.stored["A"]) == ("compared", 1)
    assert found(job).result["comparison"]["confirm"][0]["values"] == {"count": 1}
    job_apply(job=job, is_confirmed=True)
    run_jobs()
    assert (found(job).state, things.stored["A"]) == ("done", 3)


class Killed(BaseException):
    """What ends a process in the middle of its work."""


def dying(things: Things, *, times: int) -> FileFormat:
    left = [times]

    def apply(upload: Upload, is_confirmed: bool, on_progress: Progress) -> Comparison:
        ImportJob.objects.filter(file_name="f.csv").update(file_name="half done")
        if left[0]:
            left[0] -= 1
            raise Killed
        return things.apply(upload, is_confirmed, on_progress)

    return replace(things.format, apply=apply)


def test_killed_worker_leaves_the_job_for_the_next(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(formats.by_name, "things", dying(things, times=1))
    job = compared()
    job_apply(job=job, is_confirmed=False)
    with pytest.raises(Killed):
        run_jobs()
    assert (found(job).state, found(job).attempts) == ("applying", 1)
    assert found(job).file_name == "f.csv"
    assert "imports under way" in work_left()
    run_jobs()
    assert (found(job).state, things.options) == ("done", [{"loud": "yes"}])


def test_job_that_kills_its_worker_each_time_fails_and_can_be_tried_again(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(formats.by_name, "things", dying(things, times=3))
    job = compared()
    job_apply(job=job, is_confirmed=False)
    for _attempt in range(3):
        with pytest.raises(Killed):
            run_jobs()
    run_jobs()
    assert found(job).state == "failed"
    assert "died each time" in found(job).result["error"]
    assert job_retry(job=job)
    run_jobs()
    assert found(job).state == "compared"


def test_error_fails_the_job_and_not_the_others(
    things: Things, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_upload: Upload) -> Comparison:
        raise RuntimeError("a bug")

    monkeypatch.setitem(formats.by_name, "broken", replace(things.format, compare=broken))
    first = upload(format=replace(things.format, name="broken"))
    second = upload()
    run_jobs()
    assert (found(first).state, found(second).state) == ("failed", "compared")
    assert found(first).result == {"error": "RuntimeError: a bug"}
    assert f"import job={first} failed" in caplog.text


@committed
def test_two_workers_apply_a_job_once(things: Things) -> None:
    jobs = [compared(), compared()]
    for job in jobs:
        job_apply(job=job, is_confirmed=False)
    assert all_at_once([run_jobs, run_jobs, run_jobs]) == [None, None, None]
    assert len(things.options) == 2


@committed
def test_job_of_another_worker_is_left_alone(things: Things) -> None:
    job = compared()
    job_apply(job=job, is_confirmed=False)
    with transaction.atomic():
        ImportJob.objects.select_for_update().get(pk=job)
        with aside(run_jobs) as other:
            assert other.result(timeout=20) is None
    assert things.options == []


def test_job_is_deleted_after_thirty_days(things: Things) -> None:
    old, new = upload(), upload()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE imports_job SET created_at = now() - interval '31 days' WHERE id = %s", [old]
        )
    upload()
    assert not ImportJob.objects.filter(pk=old).exists()
    assert ImportJob.objects.filter(pk=new).exists()
