"""The pool `imports` dies in the middle of an import: nothing is half done, and it goes on."""

import pytest

from modules.models import Section
from project.imports.formats import Upload, formats
from project.imports.jobs import job_apply, job_create
from project.imports.models import ImportFile, ImportJob
from project.imports.records import File
from project.testing.system.running import System
from project.testing.waiting import wait_until

pytestmark = pytest.mark.faults
DATA = b"module_code,section,capacity,meetings\nCSE 11,A01,30,LE F 22:00-02:00\nCSE 11,A02,5,\n"


def test_an_import_whose_pool_dies_is_done_by_the_next(system: System) -> None:
    file = File(name="c.csv", data=DATA)
    upload = Upload(file=file, texts={"term": "T1"})
    job = job_create(format=formats.by_name["catalogue"], user=1, upload=upload)
    ImportJob.objects.filter(pk=job).update(state="compared")
    with system.armed("imports.uncommitted"):
        assert job_apply(job=job, is_confirmed=False)
        assert system.wait_death(system.serving("imports")) == -9
    assert not Section.objects.exists()
    assert ImportJob.objects.get(pk=job).state == "applying"
    assert system.restart_dead() == ["imports"]
    wait_until(lambda: ImportJob.objects.get(pk=job).state == "done", seconds=30, why=system.flow)
    assert list(Section.objects.order_by("code").values_list("code", "seats")) == [
        ("A01", 30), ("A02", 5),
    ]  # fmt: skip
    assert not ImportFile.objects.exists()
