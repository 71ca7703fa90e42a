"""PostgreSQL, Redis and RabbitMQ: there, or started; and vhosts on the last."""

import json
import os
import socket
import subprocess
import sys
from urllib.parse import SplitResult, quote, urlsplit

from amqp import Connection
from amqp.exceptions import AMQPError

from project.environment import ROOT, SERVICES_FILE

GIVEN_ELSEWHERE = ("DATABASE_URL", "REDIS_URL", "BROKER_URL")


def ensure_up() -> None:
    """Start what does not run. Ends the test run with `scripts/services`' own words if it
    cannot."""
    if any(name in os.environ for name in GIVEN_ELSEWHERE) or _all_answer():
        return
    done = subprocess.run(_services("up"), check=False)
    if done.returncode:
        raise SystemExit(f"`scripts/services up` ended with code {done.returncode}: see above.")


def _services(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "scripts" / "services"), *words]


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
    """Make the vhost if it is not there; asking the broker is quicker than making it again."""
    if not _opens(broker_address(name)):
        subprocess.run(_services("vhost", name), check=True, stdout=subprocess.DEVNULL)


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
