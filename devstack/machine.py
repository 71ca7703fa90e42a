"""Ports, processes and users of the machine."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devstack.console import UserError, run

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """The ports of the private servers, each from an environment variable."""

    postgres: int
    redis: int
    rabbit: int
    rabbit_dist: int
    epmd: int

    @classmethod
    def from_environment(cls) -> Ports:
        """Read the ports; refuse invalid values."""
        return cls(
            postgres=port("PG_PORT", 15432),
            redis=port("REDIS_PORT", 16379),
            rabbit=port("RABBIT_PORT", 15673),
            rabbit_dist=port("RABBIT_DIST_PORT", 25673),
            epmd=port("EPMD_PORT", 14369),
        )


def port(name: str, default: int) -> int:
    """Read a port; refuse an invalid value."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise UserError(f"{name}={text} is not a port (1 to 65535).")
    return int(text)


def is_open(port: int) -> bool:
    """Return whether anything listens on a loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def require_free(port: int, variable: str, what: str) -> None:
    """Refuse a port that is in use."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise UserError(
                f"No right to listen on port {port} ({what}): "
                f"choose one above 1023 with {variable}=…"
            ) from error
        except OSError as error:
            raise UserError(
                f"Port {port} ({what}) is used by another program{_holder(port)}. "
                f"Stop that program, or choose another port with {variable}=…"
            ) from error


def _holder(port: int) -> str:
    if shutil.which("ss") is None:
        return ""
    lines = run(["ss", "-ltnpH", f"sport = :{port}"]).stdout.split("users:((")
    return f" ({lines[1].split('))')[0]})" if len(lines) > 1 else ""


def wait_until(what: str, ready: Callable[[], bool], seconds: float, log_file: Path) -> None:
    """Poll `ready` until it is true, or raise UserError naming the log."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise UserError(f"{what} did not answer within {seconds:.0f} s. Its log: {log_file}")
        time.sleep(0.1)


def start_time(pid: int) -> str | None:
    """Return when a live process started (it identifies the process), or None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields[19]


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait for a process to end; False if it is still running."""
    deadline = time.monotonic() + seconds
    while start_time(pid) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def user_exists(name: str) -> bool:
    """Return whether a user exists."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
