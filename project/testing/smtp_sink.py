"""A mail server inside the test run, which keeps what it receives."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"
logging.getLogger("mail.log").setLevel(logging.WARNING)  # one line per SMTP command


@dataclass(slots=True)
class Sink:
    """Accepts every email."""

    emails: list[Message] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep one email."""
        self.emails.append(message_from_bytes(envelope.content))
        return "250 kept"


@contextmanager
def served(sink: Sink) -> Iterator[None]:
    """A server for it on a free port, in a thread."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        sink.port = probe.getsockname()[1]
    controller = Controller(sink, hostname=HOST, port=sink.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@contextmanager
def hanging() -> Iterator[int]:
    """The port of a server that accepts connections and never sends anything."""
    with socket.create_server((HOST, 0)) as listener:
        yield int(listener.getsockname()[1])
