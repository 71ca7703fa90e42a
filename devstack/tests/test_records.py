"""Children of a killed process end when its successor starts."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack import records
from devstack.machine import start_time, wait_gone
from devstack.records import Process


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Process, int]]:
    """A process that was killed, and the child that it left."""
    monkeypatch.setattr(records, "FILE", tmp_path / "processes.json")
    monkeypatch.setattr(records, "prepare_run", lambda: tmp_path)
    parent = subprocess.Popen(
        ["/bin/sh", "-c", "sleep 60 & echo $!; wait"],
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    process = Process("web", 1, parent.pid, start_time(parent.pid) or "")
    records.record(process)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    yield process, child
    if start_time(child):
        os.kill(child, signal.SIGKILL)


def test_a_successor_ends_what_was_left(killed: tuple[Process, int]) -> None:
    process, child = killed
    assert start_time(child)
    successor = Process("web", 1, os.getpid(), start_time(os.getpid()) or "")
    records.record(successor)
    assert wait_gone(child, 5)
    assert records.recorded() == [successor]
    assert process not in records.recorded()


def test_another_process_is_left_alone(killed: tuple[Process, int]) -> None:
    process, child = killed
    records.record(Process("web", 2, os.getpid(), start_time(os.getpid()) or ""))
    assert start_time(child)
    assert process in records.recorded()
