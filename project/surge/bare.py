"""Measure the baseline: the bare view, served by the real site's own command."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from project.surge.generator import ROOT, play
from project.surge.machine import environment_of
from run import PROCESSES

TABLES = Path(__file__).parent / "baseline" / "tables.sql"
SITE, BARE = "project.wsgi:application", "project.surge.baseline.wsgi:application"
WARM_UP_SECONDS, SECONDS = 3, 10
STARTING_SECONDS = 60


def baseline_per_second(*, web: int, connections: int, tokens: list[str]) -> float:
    """Requests a second that the bare view stores. `web` is the running site's process, whose
    command and environment it is served with."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES.read_text())
    port = _free_port()
    try:
        environment = {**environment_of(web), "PORT": str(port)}
        with _serving(_site_command(environment), environment, port):
            return _hammered(port, connections, tokens=tokens, path="/baseline/")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS baseline CASCADE")


def generator_per_second(*, connections: int, tokens: list[str]) -> float:
    """Requests a second that the generator alone can make: against a static 204."""
    port = _free_port()
    command = f"{sys.executable} -m project.surge.load.still {port}"
    with _serving(command, dict(os.environ), port):
        return _hammered(port, connections, tokens=tokens, path="/")


def _site_command(environment: Mapping[str, str]) -> str:
    words = PROCESSES["web"].words(environment)
    if SITE not in words:
        raise ValueError(f"the command of web does not serve {SITE}")
    return shlex.join(words).replace(SITE, BARE)


def _hammered(port: int, connections: int, *, tokens: list[str], path: str) -> float:
    job = {
        "play": "hammer",
        "host": "127.0.0.1",
        "port": port,
        "connections": connections,
        "method": "POST",
        "path": path,
        "body": '{"section": 1, "mode": "any"}',
        "tokens": tokens[:200],
        "warm_up": WARM_UP_SECONDS,
        "seconds": SECONDS,
    }
    return float(play(job)["per_second"])


@contextmanager
def _serving(command: str, environment: dict[str, str], port: int) -> Iterator[None]:
    """Run a server in a session of its own, and end that session."""
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {command}"],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server for measuring did not start on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
