"""Supervisor restarts a pool that dies; no child of a dead process is left behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devstack.machine import start_time, wait_gone
from project.ops.env import ROOT
from project.testing.system.running import base_environment
from project.testing.system.slot import SLOT
from project.testing.waiting import wait_until

pytestmark = pytest.mark.system


@dataclass(frozen=True)
class Stack:
    """Processes with a `.run/` of their own."""

    folder: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = base_environment() | SLOT.environment() | {"RUN_DIR": str(self.folder)}
        return subprocess.run(
            [sys.executable, "-m", "devstack", "processes", *words],
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def pid(self) -> int:
        """The process id of the pool."""
        (row,) = json.loads((self.folder / "processes.json").read_text())
        return int(row["pid"])

    def supervisor(self) -> int:
        return int((self.folder / "supervisord.pid").read_text())

    def says(self, state: str) -> bool:
        return self.run("status").stdout.split()[1] == state


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A running pool."""
    stack = Stack(tmp_path)
    done = stack.run("up", "--only", "announce")
    try:
        assert done.returncode == 0, done.stderr
        yield stack
    finally:
        stack.run("down")


def test_a_pool_that_is_killed_is_restarted(stack: Stack) -> None:
    before = stack.pid()
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: stack.pid() != before, seconds=20, why=lambda: stack.run("status").stdout)
    wait_until(lambda: stack.says("running"), seconds=20, why=lambda: stack.run("status").stdout)
    assert stack.run("status").returncode == 0


def test_a_pool_that_is_stopped_stays_stopped_until_it_is_started(stack: Stack) -> None:
    before = stack.pid()
    assert stack.run("down", "--only", "announce").returncode == 0
    assert stack.says("stopped")
    assert start_time(before) is None
    assert stack.run("up", "--only", "announce").returncode == 0
    assert stack.says("running")


def test_what_a_killed_supervisor_leaves_behind_is_ended(stack: Stack) -> None:
    pool, supervisor = stack.pid(), stack.supervisor()
    os.kill(supervisor, signal.SIGKILL)
    assert wait_gone(supervisor, 5)
    assert start_time(pool)
    done = stack.run("down")
    assert "announce-1 was left behind" in done.stderr
    assert start_time(pool) is None


def test_all_of_it_ends(stack: Stack) -> None:
    pool, supervisor = stack.pid(), stack.supervisor()
    assert stack.run("down").returncode == 0
    assert start_time(pool) is start_time(supervisor) is None
    assert stack.run("status").returncode == 1
