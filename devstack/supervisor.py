"""Supervisor: its configuration, and calls to it."""

from __future__ import annotations

import http.client
import os
import shlex
import socket
import time
import xmlrpc.client
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devstack.console import UserError, run, run_or_fail
from devstack.folder import ROOT, RUN, checkout_id
from devstack.machine import wait_gone, wait_until

CONFIGURATION = RUN / "supervisord.conf"
PID_FILE = RUN / "supervisord.pid"
LOGS = RUN / "log"
BIN = ROOT / ".venv" / "bin"
STOP_SECONDS = 25
# A socket's path may have 107 characters.
_NEAR = RUN / "supervisor.sock"
_FAR = Path("/var/tmp") / f"registration-{checkout_id()}-supervisor.sock"  # noqa: S108 -- made 0700
SOCKET = _NEAR if len(str(_NEAR)) < 90 else _FAR
HEAD = f"""; Written by devstack from the Procfile.
[unix_http_server]
file = {SOCKET}
chmod = 0700

[supervisord]
logfile = {LOGS}/supervisord.log
pidfile = {PID_FILE}
directory = {ROOT}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""


@dataclass(frozen=True)
class Program:
    """One process that supervisor keeps running."""

    name: str
    number: int
    command: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return its name and number."""
        return f"{self.name}-{self.number}"

    @property
    def log(self) -> Path:
        """Return its log."""
        return LOGS / f"{self.label}.log"

    @property
    def section(self) -> str:
        """Return its part of the configuration."""
        child = [str(BIN / "python"), "-m", "devstack.child", self.label]
        pairs = ",".join(f'{name}="{value}"' for name, value in self.environment.items())
        # A process that dies is restarted after one second, then two, then three, for over an hour.
        lines = {
            "command": f"{shlex.join(child)} {self.command}",
            "environment": pairs,
            "autostart": "false",
            "autorestart": "true",
            "startsecs": "2",
            "startretries": "100",
            "stopwaitsecs": str(STOP_SECONDS),
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(self.log),
            "stdout_logfile_backups": "2",
        }
        body = "".join(f"{key} = {value}\n" for key, value in lines.items())
        return f"\n[program:{self.label}]\n" + body.replace("%", "%%")


class _Connection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(10)
        self.sock.connect(str(SOCKET))


class _Transport(xmlrpc.client.Transport):
    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        return _Connection("supervisor")


def ask(method: str, *given: str | bool) -> Any:
    """Call a method of supervisor. Raises OSError if it is not running."""
    with xmlrpc.client.ServerProxy("http://supervisor", transport=_Transport()) as proxy:
        return getattr(proxy.supervisor, method)(*given)


def is_up() -> bool:
    """Return whether supervisor is running."""
    try:
        return bool(ask("getState")["statename"] == "RUNNING")
    except OSError:
        return False


def states() -> dict[str, dict[str, Any]]:
    """Return the state of each program, by its label."""
    return {str(one["name"]): one for one in ask("getAllProcessInfo")} if is_up() else {}


def configure(programs: Iterable[Program]) -> list[str]:
    """Configure exactly these programs, starting supervisor if needed. Returns the labels of the
    programs removed."""
    LOGS.mkdir(exist_ok=True)
    sections = "".join(program.section for program in programs)
    CONFIGURATION.touch(mode=0o600)
    CONFIGURATION.write_text(HEAD.replace("%", "%%") + sections)
    if not is_up():
        _start()
    added, changed, removed = ask("reloadConfig")[0]
    stop([*changed, *removed])
    for label in (*changed, *removed):
        ask("removeProcessGroup", label)
    for label in (*added, *changed):
        ask("addProcessGroup", label)
    return list(removed)


def _start() -> None:
    program = BIN / "supervisord"
    if not program.exists():
        raise UserError("There is no .venv with supervisor yet: run `make up`.")
    path = f"{BIN}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    settings = {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1"}
    done = run([program, "-c", CONFIGURATION], env=settings, cwd=ROOT)
    run_or_fail("supervisord", done, LOGS / "supervisord.log")
    wait_until("supervisord", is_up, 15, LOGS / "supervisord.log")


def stop(labels: Collection[str]) -> None:
    """Stop all of them at the same time, and wait; supervisor kills those that do not end."""
    before = states()
    for label in labels:
        if before.get(label, {}).get("statename") in ("RUNNING", "STARTING", "BACKOFF"):
            ask("stopProcess", f"{label}:{label}", False)
    deadline = time.monotonic() + STOP_SECONDS + 10
    while any(one["statename"] == "STOPPING" for name, one in states().items() if name in labels):
        if time.monotonic() > deadline:
            raise UserError(f"Some processes do not end. Their log: {LOGS}/supervisord.log")
        time.sleep(0.1)


def shut_down() -> None:
    """End supervisor itself after all its programs have ended."""
    pid = int(ask("getPID"))
    ask("shutdown")
    wait_gone(pid, 10)
