"""PostgreSQL, Redis and RabbitMQ, started if needed; and vhosts on the broker."""

import json
import os
import socket
import subprocess
import sys
from urllib.parse import SplitResult, quote, urlsplit

import pytest
from amqp import Connection
from amqp.exceptions import AMQPError

from devstack import servers as devstack_servers
from devstack.folder import kept_secret
from devstack.machine import Ports
from project.ops import env
from project.ops.env import ROOT, SERVICES_FILE

GIVEN_ELSEWHERE = ("DATABASE_URL", "REDIS_URL", "BROKER_URL")


def foresee_addresses() -> None:
    """Set the addresses that the servers will have, if none was started yet."""
    for name in ("secret", "secret_key"):
        kept_secret(name)
    if not SERVICES_FILE.exists():
        known = devstack_servers.addresses(Ports.from_environment())
        setattr(env, "started", lambda: known)  # noqa: B010 -- mypy knows its cache


def ensure_up() -> None:
    """Start the servers that do not run. Ends the test run if that fails."""
    if any(name in os.environ for name in GIVEN_ELSEWHERE) or _all_answer():
        return
    if subprocess.run(_devstack("up"), cwd=ROOT, check=False).returncode:
        pytest.exit("`python3 -m devstack up` did not start the servers: see above.", returncode=1)


def _devstack(*words: str) -> list[str]:
    return [sys.executable, "-m", "devstack", *words]


def _all_answer() -> bool:
    if not SERVICES_FILE.exists():
        return False
    known = json.loads(SERVICES_FILE.read_text())
    addresses = (known["database"]["owner"], known["redis"], known["broker"])
    return all(_is_open(urlsplit(address)) for address in addresses)


def _is_open(address: SplitResult) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address.hostname, address.port)) == 0


def broker_address(vhost: str) -> str:
    """The broker's address with this vhost."""
    given = os.environ.get("BROKER_URL") or json.loads(SERVICES_FILE.read_text())["broker"]
    return urlsplit(given)._replace(path="/" + quote(vhost, safe="")).geturl()


def ensure_vhost(name: str) -> None:
    """Create the vhost if it is missing; checking is faster than creating it again."""
    if not _opens(broker_address(name)):
        subprocess.run(_devstack("vhost", name), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _opens(address: str) -> bool:
    parts = urlsplit(address)
    link = Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username or "",
        password=parts.password or "",
        virtual_host=parts.path[1:],
        connect_timeout=5,
    )
    try:
        link.connect()
    except (AMQPError, OSError):
        return False
    link.close()
    return True
