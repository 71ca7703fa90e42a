"""A real SMTP server, for tests of what reaches it."""

from collections.abc import Iterator

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from notifications.models import Email
from project.testing.ports import HOST, free_port
from project.testing.smtp_sink import Sink, served


@pytest.fixture
def port(settings: Settings) -> int:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, free_port()
    chosen: int = settings.EMAIL_PORT
    return chosen


@pytest.fixture
def sink(port: int) -> Iterator[Sink]:
    kept = Sink(port=port)
    with served(kept):
        yield kept


def due_now() -> None:
    Email.objects.update(due_at=Now())
