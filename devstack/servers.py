"""Private PostgreSQL, Redis and RabbitMQ for this checkout, on loopback only."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

from devstack import install, postgres, rabbitmq, redis
from devstack.console import UserError, log
from devstack.folder import RUN, alone, kept_secret, require_own_layout
from devstack.machine import HOST, Ports

SERVERS = {server.NAME: server for server in (postgres, redis, rabbitmq)}
FILE = RUN / "services.json"


def addresses(ports: Ports) -> dict[str, Any]:
    """Return the addresses of all servers."""
    return {
        "database": postgres.urls(ports.postgres),
        "redis": f"redis://{HOST}:{ports.redis}/0",
        "cache": f"redis://{HOST}:{ports.redis}/1",
        "broker": rabbitmq.url(ports.rabbit),
        "ports": vars(ports),
        "pids": {
            "postgresql": postgres.pid(),
            "redis": redis.pid(),
            "rabbitmq": rabbitmq.pid(),
            "epmd": rabbitmq.epmd_pid(),
        },
    }


def write_addresses(ports: Ports) -> None:
    """Write `.run/services.json` atomically, readable by its owner only."""
    fresh = FILE.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(addresses(ports), file, indent=2)
        file.write("\n")
    fresh.replace(FILE)


def up(ports: Ports, only: str | None) -> int:
    """Start all three at once, or one; report all errors, not only the first."""
    with alone("services"):
        require_own_layout()
        install.ensure()
        for name in ("secret", "secret_key"):
            kept_secret(name)
        with ThreadPoolExecutor(len(SERVERS)) as pool:
            runs = [(server.NAME, pool.submit(server.up, ports)) for server in chosen(only)]
        troubles, started = [], False
        for name, future in runs:
            error = future.exception()
            if isinstance(error, UserError):
                troubles.append(f"{name}: {error}")
            elif error is not None:
                raise error
            else:
                started = future.result() or started
        if troubles:
            raise UserError("\n".join(troubles))
        if only is None:
            write_addresses(ports)
        log("services", "all up" if started else "already running")
    return 0


def chosen(only: str | None) -> list[ModuleType]:
    """Return the servers requested."""
    return [server for name, server in SERVERS.items() if only in (None, name)]


def down(only: str | None) -> int:
    """Stop all three at once, or one."""
    with alone("services"), ThreadPoolExecutor(len(SERVERS)) as pool:
        if only is None:
            FILE.unlink(missing_ok=True)
        runs = [(server.NAME, pool.submit(server.down)) for server in chosen(only)]
        for name, future in runs:
            log(name, "stopped" if future.result() else "was not running")
    return 0


def status(ports: Ports) -> int:
    """Print one line per server; 0 only when all answer."""
    well = True
    for server, port in zip(
        SERVERS.values(), (ports.postgres, ports.redis, ports.rabbit), strict=True
    ):
        pid = server.pid()
        up_now = pid is not None and server.answers(port)
        well = well and up_now
        words = f"pid {pid}, {HOST}:{port}" if up_now else "not running"
        print(f"{server.NAME:<11} {words}")
    return 0 if well else 1


def environment(ports: Ports, role: str) -> int:
    """Print the addresses as lines for a shell."""
    known = addresses(ports)
    if role not in known["database"]:
        raise UserError(f"No role {role!r}; there are: {', '.join(known['database'])}.")
    for name, value in {
        "DATABASE_URL": known["database"][role],
        "REDIS_URL": known["redis"],
        "CACHE_URL": known["cache"],
        "BROKER_URL": known["broker"],
    }.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def vhost(ports: Ports, name: str, drop: bool) -> int:
    """Create or remove one virtual host."""
    if rabbitmq.pid() is None:
        raise UserError("RabbitMQ is not running: devstack up")
    if drop:
        rabbitmq.drop_vhost(ports, name)
    else:
        rabbitmq.vhost(ports, name)
        print(rabbitmq.url(ports.rabbit, name))
    return 0


def reset() -> None:
    """Stop all three and delete `.run/`, including the part outside the checkout."""
    down(None)
    outside = postgres.folder().resolve()
    shutil.rmtree(RUN)
    shutil.rmtree(outside, ignore_errors=True)
    log("services", f"deleted {RUN}")
