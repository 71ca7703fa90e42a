"""A mail server inside the test run, which keeps what it receives."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from project.testing.ports import HOST, free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # one line per SMTP command


@dataclass(slots=True)
class Sink:
    """Keeps every email, counts connections, and rejects the addresses in `refuse`."""

    emails: list[EmailMessage] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    connections: int = 0
    port: int = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return responses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.emails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@contextmanager
def served(sink: Sink) -> Iterator[None]:
    """A server for it, in a thread; on a free port, if it has none."""
    sink.port = sink.port or free_port()
    controller = Controller(sink, hostname=HOST, port=sink.port)
    controller.start()
    sink.connections = 0  # the controller looks whether it answers
    try:
        yield
    finally:
        controller.stop()


@contextmanager
def hanging() -> Iterator[int]:
    """The port of a server that accepts connections and never sends anything."""
    with socket.create_server((HOST, 0)) as listener:
        yield int(listener.getsockname()[1])
