"""A real `live` process on this run's own database and Redis, and pages that are connected to
it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from project.accounts.models import User
from project.ops.redis import client
from project.testing.ports import HOST, free_port
from project.testing.system.processes import COMMANDS, Process
from project.testing.system.running import base_environment
from project.testing.system.slot import SLOT
from project.testing.system.stores import database_now
from project.testing.waiting import wait_until

SITE = settings.SITE_URL


@contextmanager
def live_process(folder: Path) -> Iterator[str]:
    """A `live` process; its address."""
    with live_running(folder) as (address, _):
        yield address


@contextmanager
def live_running(folder: Path) -> Iterator[tuple[str, Process]]:
    """A `live` process and its address."""
    port = free_port()
    environment = {
        **base_environment(),
        **SLOT.environment(),
        "TEST_DATABASE": database_now(),
        "HOST": HOST,
        "LIVE_PORT": str(port),
    }
    process = Process(
        command=COMMANDS["live"], instance=1, environment=environment, log=folder / "live.log"
    )
    process.start()
    try:
        wait_until(lambda: lives(port), seconds=40, why=process.last_words)
        yield f"ws://{HOST}:{port}/live/", process
    finally:
        process.end()


def lives(port: int) -> bool:
    """Whether a process of ours responds there."""
    try:
        with urlopen(f"http://{HOST}:{port}/livez", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def session_of(student: int) -> str:
    """The cookie of a student who has signed in."""
    browser = Client()
    browser.force_login(User.objects.get(pk=student))
    return f"sessionid={browser.cookies['sessionid'].value}"


class Page:
    """A connected page."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def watch(self, *sections: int) -> None:
        self.socket.send(json.dumps({"watch": sections}))

    def receive(self, seconds: float = 5) -> dict[str, Any]:
        """The next message."""
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=seconds))
        return message

    def receive_until(self, key: str, value: object, seconds: float = 8) -> dict[str, Any]:
        """The first message in which `key` is `value`."""
        end = time.monotonic() + seconds
        while True:
            message = self.receive(max(0.01, end - time.monotonic()))
            if message.get(key) == value:
                return message

    def receive_for(self, seconds: float) -> list[dict[str, Any]]:
        """All messages within this time."""
        end = time.monotonic() + seconds
        messages = []
        while True:
            try:
                messages.append(self.receive(max(0.001, end - time.monotonic())))
            except TimeoutError:
                return messages

    def ended(self, seconds: float = 8) -> tuple[int | None, str]:
        """Code and reason with which the server closes."""
        end = time.monotonic() + seconds
        while True:
            try:
                self.socket.recv(timeout=max(0.01, end - time.monotonic()))
            except ConnectionClosed as closed:
                return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (None, "")


@contextmanager
def opened(address: str, **how: Any) -> Iterator[Page]:
    """A page that is connected for as long as the block lasts."""
    with connect(address, open_timeout=10, **how) as socket:
        yield Page(socket)


def page_of(address: str, student: int) -> Any:
    """The page of a student who has signed in in a browser."""
    headers = {"Cookie": session_of(student)}
    return opened(address, additional_headers=headers, origin=SITE)


def cut_subscriptions() -> int:
    """Cut the live subscriptions of this run alone; returns how many there were."""
    number = client().connection_pool.connection_kwargs["db"]
    found = [
        one for one in client().client_list() if one["db"] == str(number) and one["sub"] != "0"
    ]
    for one in found:
        client().client_kill_filter(_id=one["id"])
    return len(found)
