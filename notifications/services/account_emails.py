"""Emails to people about their own accounts."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models.functions import Now

from notifications.models import Email
from notifications.rules.retry import message_id
from project.bus.registry import StoredEvent
from project.events.accounts import EmailReplaced, PasswordResetRequested


def account_emails_write(recorded: Sequence[StoredEvent]) -> None:
    """Create one email per event that concerns a known person, however often the event is read."""
    people = {
        stored.id: stored.event.person
        for stored in recorded
        if isinstance(stored.event, PasswordResetRequested | EmailReplaced)
    }
    Email.objects.bulk_create(
        [_email(event_id, person) for event_id, person in people.items() if person is not None],
        ignore_conflicts=True,
    )


def _email(event_id: int, person: int) -> Email:
    return Email(
        student_id=person,
        event_id=event_id,
        message_id=message_id(event_id, "account", sender=settings.DEFAULT_FROM_EMAIL),
        created_at=Now(),
        due_at=Now(),
    )
