"""Changes to a person's account."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from project.accounts.models import PreviousEmail, User
from project.bus.store import append
from project.events.accounts import EmailReplaced, PasswordResetRequested
from project.ops.ids import uuid7


def language_keep(*, person: User, language: str) -> None:
    """Store the language in which pages and emails address the person. An unsupported language
    changes nothing; no statement if it is theirs already."""
    if language in dict(settings.LANGUAGES) and language != person.language:
        person.language = language
        person.save(update_fields=["language"])


@transaction.atomic
def email_change(*, person: User, email: str) -> None:
    """Change the email address and notify the previous one, if there was one. The row is locked, so
    that of two concurrent changes each names the address that it replaced."""
    row = User.objects.select_for_update(no_key=True).only("email").get(pk=person.pk)
    previous, row.email = row.email, email
    if previous == email:
        return
    row.save(update_fields=["email"])
    if previous:
        kept = PreviousEmail.objects.create(person=row, email=previous)
        append([EmailReplaced(person=row.pk, previous=kept.pk)])


@transaction.atomic
def password_reset_request(*, people: Iterable[User]) -> None:
    """Request an email with a password link for each person. With no person the same statements run
    and the same commit, so that timing reveals nothing."""
    asking: list[int | None] = [person.pk for person in people]
    append(
        [PasswordResetRequested(request=str(uuid7()), person=person) for person in asking or [None]]
    )
