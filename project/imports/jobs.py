"""Uploads as jobs: stored by a page, compared and applied by a pool, each in one transaction.

A pool that dies leaves the job as it was, and the next wake-up takes it again; one that has killed
its pool three times fails.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from redis import RedisError

from project.imports.defects import FileInvalid
from project.imports.formats import Comparison, FileFormat, Unconfirmed, Upload, formats
from project.imports.models import ImportFile, ImportJob
from project.imports.records import File
from project.ops.faultpoints import crash_point
from project.ops.redis import client

_log = logging.getLogger(__name__)
State = ImportJob.State
_FOR_THE_POOL = (State.COMPARING, State.APPLYING)
_MOST_ATTEMPTS = 3
_KEPT = timedelta(days=30)
_PROGRESS_SECONDS = 3600


@transaction.atomic
def job_create(*, format: FileFormat, user: int, upload: Upload) -> int:
    """Store an upload for the pool to compare; returns its id. Old jobs are deleted."""
    ImportJob.objects.filter(created_at__lt=Now() - _KEPT).delete()
    job = ImportJob.objects.create(
        format=format.name,
        file_name=upload.file.name,
        user_id=user,
        options=dict(upload.texts),
    )
    for option, file in {"": upload.file, **upload.files}.items():
        ImportFile.objects.create(job=job, option=option, name=file.name, data=file.data)
    return job.pk


def job_apply(*, job: int, is_confirmed: bool) -> bool:
    """Have the pool apply what was compared. False if the job is elsewhere."""
    waiting = ImportJob.objects.filter(pk=job, state=State.COMPARED)
    return bool(waiting.update(state=State.APPLYING, is_confirmed=is_confirmed, attempts=0))


def job_retry(*, job: int) -> bool:
    """Have the pool compare again what failed. False if the job is elsewhere."""
    failed = ImportJob.objects.filter(pk=job, state=State.FAILED)
    return bool(failed.update(state=State.COMPARING, attempts=0, result={}))


def count_open() -> int:
    """Jobs that the pool has not finished."""
    return ImportJob.objects.filter(state__in=_FOR_THE_POOL).count()


def run_jobs() -> None:
    """Do everything that waits, oldest first. Several pools share the work."""
    while (job := _claim()) is not None:
        _run(job)


@transaction.atomic
def _claim() -> int | None:
    """The next job that no other pool has, with this attempt counted."""
    waiting = ImportJob.objects.filter(state__in=_FOR_THE_POOL).order_by("pk")
    job = waiting.select_for_update(skip_locked=True).first()
    if job is None:
        return None
    ImportJob.objects.filter(pk=job.pk).update(attempts=F("attempts") + 1)
    return job.pk


def _run(number: int) -> None:
    crash_point("imports.claimed")
    try:
        with transaction.atomic():
            job = ImportJob.objects.select_for_update().get(pk=number)
            if job.state in _FOR_THE_POOL:
                _do(job)
                crash_point("imports.uncommitted")
    except FileInvalid as wrong:
        defects = {"defects": [one.to_data() for one in wrong.defects]}
        _finish(number, State.INVALID, defects, keeps_files=False)
    except Unconfirmed as asked:
        _finish(number, State.COMPARED, {"comparison": asked.comparison.to_data()})
    except Exception as error:
        _log.exception("import job=%s failed", number)
        _finish(number, State.FAILED, {"error": f"{type(error).__name__}: {error}"})


def _do(job: ImportJob) -> None:
    if job.attempts > _MOST_ATTEMPTS:
        _finish(job.pk, State.FAILED, {"error": "The process died each time it was worked on."})
        return
    format, upload = formats.by_name[job.format], _upload(job)
    if job.state == State.COMPARING:
        compared = format.compare(upload)
        _finish(job.pk, State.COMPARED, {"comparison": compared.to_data()})
        return
    done = format.apply(upload, job.is_confirmed, _progress_of(job.pk))
    _finish(job.pk, State.DONE, {"comparison": done.to_data()}, keeps_files=False)


def _upload(job: ImportJob) -> Upload:
    files = {one.option: File(name=one.name, data=bytes(one.data)) for one in job.files.all()}
    return Upload(file=files.pop(""), files=files, texts=job.options)


def _finish(job: int, state: str, result: dict[str, Any], *, keeps_files: bool = True) -> None:
    ImportJob.objects.filter(pk=job).update(state=state, result=result, finished_at=Now())
    if not keeps_files:
        ImportFile.objects.filter(job=job).delete()


def _key(job: int) -> str:
    return f"imports:progress:{job}"


def _progress_of(job: int) -> Callable[[int, int], None]:
    """Write progress to Redis: rows of the transaction are seen by nobody until it ends."""

    def report(done: int, total: int) -> None:
        with suppress(RedisError):
            client().set(_key(job), f"{done}/{total}", ex=_PROGRESS_SECONDS)

    return report


def get_progress(*, job: int) -> tuple[int, int] | None:
    """How much is done, of how much; None if nobody knows."""
    with suppress(RedisError):
        stored = client().get(_key(job))
        if stored:
            text = stored.decode() if isinstance(stored, bytes) else stored
            done, _slash, total = text.partition("/")
            return int(done), int(total)
    return None


def comparison_of(job: ImportJob) -> Comparison | None:
    """What the job changes or changed, if that is known."""
    data = job.result.get("comparison")
    return Comparison.from_data(data) if data else None
