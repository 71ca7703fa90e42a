"""What all three servers share: where things lie, which ports, and how commands are run."""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = Path(os.environ.get("RUN_DIR") or ROOT / ".run").resolve()
HOST = "127.0.0.1"
STARTED = time.monotonic()
_PRINTING = threading.Lock()


class Trouble(Exception):
    """Something the person at the keyboard can mend; its text is all that is shown."""


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
        """Read the ports, refusing what is no port."""
        return cls(
            postgres=_port("PG_PORT", 15432),
            redis=_port("REDIS_PORT", 16379),
            rabbit=_port("RABBIT_PORT", 15673),
            rabbit_dist=_port("RABBIT_DIST_PORT", 25673),
            epmd=_port("EPMD_PORT", 14369),
        )


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"{name}={text} is not a port (1 to 65535).")
    return int(text)


def say(who: str, what: str) -> None:
    """Print one progress line with the seconds since the start."""
    with _PRINTING:
        print(f"{time.monotonic() - STARTED:6.1f} s  {who:<11} {what}", file=sys.stderr, flush=True)


def prepare_run() -> Path:
    """Make `.run/` and return it."""
    try:
        RUN.mkdir(mode=0o755, exist_ok=True)
    except PermissionError as error:
        raise Trouble(f"No right to write {RUN}: run this as the owner of {ROOT}.") from error
    return RUN


def kept_secret(name: str) -> str:
    """Return the random text kept in `.run/NAME` (0600), making it the first time."""
    path = prepare_run() / name
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        fresh.replace(path)
    return path.read_text().strip()


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout: float = 120,
    cwd: str | Path = "/",
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, keeping its output; the caller looks at the return code."""
    return subprocess.run(
        [str(part) for part in command],
        env=None if env is None else dict(env),
        input="" if stdin is None else stdin,
        text=True,
        capture_output=True,
        timeout=timeout,
        check=False,
        cwd=cwd,
    )


def checked(what: str, result: subprocess.CompletedProcess[str], log: Path | None = None) -> str:
    """Return a command's output, or raise Trouble with its last words."""
    if result.returncode == 0:
        return result.stdout
    words = (result.stderr.strip() or result.stdout.strip())[-1500:]
    more = f"\nIts log: {log}" if log is not None else ""
    raise Trouble(f"{what} failed (code {result.returncode}):\n{words}{more}")


def is_open(port: int) -> bool:
    """Tell whether anything listens on a loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def require_free(port: int, variable: str, what: str) -> None:
    """Refuse a port that somebody else holds."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise Trouble(
                f"No right to listen on port {port} ({what}): "
                f"choose one above 1023 with {variable}=…"
            ) from error
        except OSError as error:
            raise Trouble(
                f"Port {port} ({what}) is used by another program{_holder(port)}. "
                f"Stop that program, or choose another port with {variable}=…"
            ) from error


def _holder(port: int) -> str:
    if shutil.which("ss") is None:
        return ""
    lines = run(["ss", "-ltnpH", f"sport = :{port}"]).stdout.split("users:((")
    return f" ({lines[1].split('))')[0]})" if len(lines) > 1 else ""


def wait_until(what: str, ready: Callable[[], bool], seconds: float, log: Path) -> None:
    """Ask `ready` until it says yes, or raise Trouble naming the log."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise Trouble(f"{what} did not answer within {seconds:.0f} s. Its log: {log}")
        time.sleep(0.1)


def start_time(pid: int) -> str | None:
    """Return when a live process started (its name for life), or None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields[19]


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait for a process to end; False when it is still there."""
    deadline = time.monotonic() + seconds
    while start_time(pid) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def user_exists(name: str) -> bool:
    """Tell whether the machine knows a user."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def digest() -> str:
    """Return a short name for this checkout, for what has to lie outside it."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
