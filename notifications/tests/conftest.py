"""A real SMTP server, for tests of what reaches it."""

import socket
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from notifications.models import Email


class Sink:
    """An SMTP handler: keeps emails, counts connections, and rejects the addresses in `refuse`."""

    def __init__(self) -> None:
        self.emails: list[EmailMessage] = []
        self.refuse: set[str] = set()
        self.connections = 0

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
        return "250 OK"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def port(settings: Settings) -> int:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    chosen: int = settings.EMAIL_PORT
    return chosen


@pytest.fixture
def sink(port: int) -> Iterator[Sink]:
    handler = Sink()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    handler.connections = 0
    yield handler
    server.stop()


def due_now() -> None:
    Email.objects.update(due_at=Now())
