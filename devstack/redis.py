"""A private Redis: never evicts, appends every second, loopback only."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

from devstack import install
from devstack.console import UserError, log, run, run_or_fail
from devstack.folder import prepare_run
from devstack.machine import HOST, Ports, require_free, start_time, wait_gone, wait_until

NAME = "redis"


def folder() -> Path:
    """Return where Redis keeps its data."""
    return prepare_run() / "redis"


def pid() -> int | None:
    """Return the running server's process id, or None."""
    try:
        number = int((folder() / "redis.pid").read_text())
    except (FileNotFoundError, ValueError):
        return None
    try:
        mine = Path(f"/proc/{number}/cwd").resolve() == folder().resolve()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    return number if mine and start_time(number) else None


def answers(port: int) -> bool:
    """Return whether Redis answers a ping."""
    try:
        with socket.create_connection((HOST, port), timeout=1) as link:
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def up(ports: Ports) -> bool:
    """Start Redis; False if it was running already."""
    if pid() and answers(ports.redis):
        return False
    if pid():
        raise UserError(
            f"Our Redis runs but not on port {ports.redis}: run `python3 -m devstack down` first."
        )
    program = install.redis_server()
    if program is None:
        raise UserError("redis-server is missing: run `python3 -m devstack install`.")
    require_free(ports.redis, "REDIS_PORT", "Redis")
    folder().mkdir(mode=0o700, exist_ok=True)
    log_file = folder() / "redis.log"
    command: list[str | Path] = [
        program, "--port", str(ports.redis), "--bind", HOST, "--daemonize", "yes",
        "--dir", folder(), "--pidfile", folder() / "redis.pid", "--logfile", log_file,
        "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--maxmemory-policy", "noeviction", "--databases", "128", "--tcp-backlog", "1024",
    ]  # fmt: skip
    run_or_fail("redis-server", run(command), log_file)
    wait_until("Redis", lambda: answers(ports.redis), 30, log_file)
    log(NAME, f"answers on {HOST}:{ports.redis}")
    return True


def down() -> bool:
    """Stop Redis by its process id; False if it was not running."""
    number = pid()
    if number is None:
        return False
    os.kill(number, signal.SIGTERM)
    if not wait_gone(number, 20):
        os.kill(number, signal.SIGKILL)
        wait_gone(number, 5)
    (folder() / "redis.pid").unlink(missing_ok=True)
    return True
