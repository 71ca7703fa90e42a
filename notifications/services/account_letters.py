"""Write to people about their own accounts."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models.functions import Now

from notifications.models import Mail
from notifications.rules.post import message_id
from project.bus.registry import Recorded
from project.messages.accounts import AddressReplaced, PasswordAsked


def account_letters_write(said: Sequence[Recorded]) -> None:
    """Have one letter sent for each fact, however often it is read, if it is about somebody."""
    people = {
        one.id: one.fact.person
        for one in said
        if isinstance(one.fact, PasswordAsked | AddressReplaced)
    }
    Mail.objects.bulk_create(
        [_letter(event, person) for event, person in people.items() if person is not None],
        ignore_conflicts=True,
    )


def _letter(event: int, person: int) -> Mail:
    return Mail(
        student_id=person,
        event_id=event,
        message_id=message_id(event, "account", sender=settings.DEFAULT_FROM_EMAIL),
        created_at=Now(),
        due_at=Now(),
    )
