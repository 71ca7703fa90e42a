"""The scheduler: periodic maintenance and jobs. Each run claims its period, so that two schedulers
do no harm."""

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from amqp.exceptions import AMQPError
from django.db import InterfaceError, OperationalError, connection
from kombu.exceptions import KombuError

from project.bus.dead_letter_queue import drain_dead_letters
from project.bus.dispatch import send_wakeup
from project.bus.publisher import NotConfirmed, Publisher
from project.bus.rebuilding import get_requested
from project.bus.registry import Job, bus
from project.bus.sql import fetch, run
from project.bus.watchdog import redrive_late, wake_sleepers

_log = logging.getLogger(__name__)
_DATABASE_DOWN = (OperationalError, InterfaceError)
_BROKER_DOWN = (NotConfirmed, KombuError, AMQPError, OSError)
_REBUILD_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceTask:
    """Work that the scheduler does itself, every `every` seconds."""

    name: str
    every: int
    do: Callable[[], object]


def purge_old_job_runs() -> None:
    """Delete claims that are too old for another scheduler to claim the same period."""
    run("DELETE FROM bus_job_run s WHERE id < (SELECT max(id) FROM bus_job_run) - 5000")


MAINTENANCE = (
    MaintenanceTask(name="bus.redrive_late", every=5, do=redrive_late),
    MaintenanceTask(name="bus.wake_sleepers", every=5, do=wake_sleepers),
    MaintenanceTask(name="bus.drain_dead_letters", every=10, do=drain_dead_letters),
    MaintenanceTask(name="bus.forget_old_slots", every=3600, do=purge_old_job_runs),
)


def claim(*, name: str, every: int) -> bool:
    """Claim the run of this period (the clock divided by `every`). Returns whether it is ours."""
    rows = fetch(
        "INSERT INTO bus_job_run (name, period)"
        " VALUES (%s, floor(extract(epoch FROM clock_timestamp()) / %s))"
        " ON CONFLICT (name, period) DO NOTHING RETURNING id",
        [name, every],
    )
    return bool(rows)


def run_due() -> None:
    """Do the maintenance and wake the jobs whose period nobody has claimed, and the jobs of
    requested rebuilds."""
    for task in MAINTENANCE:
        if claim(name=task.name, every=task.every):
            _do(task.name, task.do)
    due = [job for job in bus.jobs if claim(name=job.task, every=job.every)]
    due += [
        one.job
        for one in get_requested()
        if one.job not in due and claim(name=f"rebuild {one.name}", every=_REBUILD_SECONDS)
    ]
    if due:
        _do("wake", partial(_wake, due))


def _do(name: str, work: Callable[[], object]) -> None:
    """Do one task; its failure must not stop the others, which drive everything that is late."""
    try:
        work()
    except _DATABASE_DOWN:
        raise
    except _BROKER_DOWN as error:
        _log.warning("task=%s waits for the broker: %s", name, error)
    except Exception:
        _log.exception("task=%s failed", name)


def _wake(jobs: list[Job]) -> None:
    with Publisher() as publisher:
        for job in jobs:
            send_wakeup(publisher, task=job.task, queue=job.queue)
        publisher.confirm()


class Scheduler:
    """Runs what is due once a second, until a signal stops it."""

    def __init__(self) -> None:
        self._is_stopping = False

    def run(self) -> None:
        """Run until stopped. Survives the loss of database and broker, and a failing task."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._is_stopping:
            try:
                run_due()
            except _DATABASE_DOWN as error:
                _log.warning("scheduler waits for the database: %s", str(error).strip())
                connection.close()
            time.sleep(1)

    def _stop(self, *_: object) -> None:
        self._is_stopping = True
