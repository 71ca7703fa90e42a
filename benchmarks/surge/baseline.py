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
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from benchmarks.errors import BenchmarkFailed
from benchmarks.load.generator import run_job
from benchmarks.procfs import read_environment
from project.ops.env import ROOT
from run import PROCESSES

TABLES = Path(__file__).parent / "bare_site" / "tables.sql"
SITE, BARE = "project.wsgi:application", "benchmarks.surge.bare_site.wsgi:application"
WARM_UP_SECONDS, SECONDS = 3, 10
STARTING_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The rate at which the bare view stores, and whether the generator was the limit."""

    inserts_per_s: float
    is_generator_bound: bool


def measure_baseline(*, web: int, connections: int, tokens: list[str]) -> float:
    """Requests a second that the bare view stores. `web` is the process of the running site,
    whose command and environment are reused."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES.read_text())
    port = _free_port()
    try:
        environment = {**read_environment(web), "PORT": str(port)}
        with _serving(_site_command(environment), environment, port):
            return _load(port, connections, tokens=tokens, path="/baseline/")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS baseline CASCADE")


def measure_generator(*, connections: int, tokens: list[str]) -> float:
    """Requests a second that the generator can send, measured against a static 204."""
    port = _free_port()
    command = f"{sys.executable} -m benchmarks.load.echo_server {port}"
    with _serving(command, dict(os.environ), port):
        return _load(port, connections, tokens=tokens, path="/")


def _site_command(environment: Mapping[str, str]) -> str:
    words = PROCESSES["web"].words(environment)
    if SITE not in words:
        raise ValueError(f"the command of web does not serve {SITE}")
    return shlex.join(words).replace(SITE, BARE)


def _load(port: int, connections: int, *, tokens: list[str], path: str) -> float:
    job = {
        "load": "closed_loop",
        "host": "127.0.0.1",
        "port": port,
        "tls": False,
        "connections": connections,
        "method": "POST",
        "path": path,
        "body": '{"section": 1, "mode": "any"}',
        "tokens": tokens[:200],
        "warm_up": WARM_UP_SECONDS,
        "seconds": SECONDS,
    }
    return float(run_job(job)["per_second"])


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
    raise BenchmarkFailed(f"The server for measuring did not start on port {port}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
