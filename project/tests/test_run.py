"""`run.py` starts each process with its database role, queues and priority."""

import subprocess
import sys

import pytest

import run
from project.bus.registry import bus
from project.ops.env import ROOT


def test_every_queue_has_its_pool_and_no_pool_another() -> None:
    read = [queue for process in run.PROCESSES.values() for queue in process.queues]
    assert sorted(read) == sorted(bus.queues)


def test_what_differs_between_machines_comes_from_the_environment() -> None:
    words = run.PROCESSES["web"].words({"PORT": "8001", "HOST": ""})
    assert words[words.index("--host") :][:4] == ["--host", "127.0.0.1", "--port", "8001"]
    assert "decide-2@%h" in run.PROCESSES["decide"].words({"INSTANCE": "2"})


@pytest.mark.parametrize("name", run.PROCESSES)
def test_no_word_of_a_command_waits_for_a_value(name: str) -> None:
    assert not [word for word in run.PROCESSES[name].words({}) if "{" in word or not word]


@pytest.mark.parametrize("words", [[], ["seat"], ["seats", "email"]])
def test_an_unknown_process_is_refused_with_those_there_are(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "run.py", *words],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert "python run.py web|live|relay" in done.stderr
