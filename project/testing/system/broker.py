"""A RabbitMQ of the test's own, to be killed: the shared one serves other tests too."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from celery import current_app

from project.ops.env import ROOT
from project.testing.system.running import System
from project.testing.waiting import wait_until

VHOST = "registration"
_PORTS = ("RABBIT_PORT", "RABBIT_DIST_PORT", "EPMD_PORT")


@dataclass(slots=True, kw_only=True)
class Broker:
    """One node with its data in `folder`."""

    folder: Path
    ports: dict[str, str]
    address: str = ""

    def up(self) -> None:
        """Start it on its existing data."""
        self._devstack("up", "--only", "rabbitmq")
        self.address = self._devstack("vhost", VHOST).strip()

    def kill(self) -> None:
        """Kill the node with SIGKILL, in the middle of its work, and wait until it is gone."""
        os.kill(int((self.folder / "rabbit" / "rabbit.pid").read_text()), signal.SIGKILL)
        wait_until(self._is_gone, seconds=10, why=lambda: "it still listens")

    def _is_gone(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(self.ports["RABBIT_PORT"]))) != 0

    def down(self) -> None:
        """Stop it, and its port mapper."""
        self._devstack("down", "--only", "rabbitmq")

    def _devstack(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "devstack", *words],
            cwd=ROOT,
            env=os.environ | self.ports | {"RUN_DIR": str(self.folder)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout


@contextmanager
def own_broker(folder: Path) -> Iterator[Broker]:
    """A node on free ports."""
    probes = [socket.socket() for _ in _PORTS]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = {name: str(probe.getsockname()[1]) for name, probe in zip(_PORTS, probes, strict=True)}
    for probe in probes:
        probe.close()
    broker = Broker(folder=folder, ports=ports)
    broker.up()
    try:
        yield broker
    finally:
        broker.down()


@contextmanager
def moved_to(broker: Broker, system: System) -> Iterator[None]:
    """Move all processes, this one included, to that broker; afterwards back to the shared one."""
    before, address = dict(system.environment), current_app.conf.broker_url
    system.environment |= {"BROKER_URL": broker.address, "TEST_VHOST": VHOST}
    current_app.conf.update(broker_url=broker.address)
    system.stop()
    system.start()
    try:
        yield
    finally:
        system.stop()
        system.environment = before
        current_app.conf.update(broker_url=address)
        system.start()
