"""Emails to people about their own accounts."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from notifications.models import Email
from notifications.rules.retry import message_id
from project.bus.registry import StoredEvent
from project.events.accounts import EmailReplaced, Invited, PasswordResetRequested


def account_emails_write(recorded: Sequence[StoredEvent]) -> None:
    """Create one email per event that concerns a known person, however often the event is read."""
    emails = (_email(stored) for stored in recorded)
    Email.objects.bulk_create([one for one in emails if one], ignore_conflicts=True)


def _email(stored: StoredEvent) -> Email | None:
    event = stored.event
    if not isinstance(event, PasswordResetRequested | EmailReplaced | Invited):
        return None
    if event.person is None:
        return None
    after = event.after if isinstance(event, Invited) else 0
    return Email(
        student_id=event.person,
        event_id=stored.id,
        message_id=message_id(stored.id, "account", sender=settings.DEFAULT_FROM_EMAIL),
        created_at=Now(),
        due_at=stored.recorded_at + timedelta(seconds=after),
    )
