"""What changes about a person."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from project.accounts.models import PreviousEmail, User
from project.bus.store import append
from project.events.accounts import EmailReplaced, PasswordResetRequested
from project.ops.ids import uuid7


def language_keep(*, person: User, language: str) -> None:
    """Pages and letters speak this language to the person from now on. One that the site does not
    speak changes nothing; no statement where it is theirs already."""
    if language in dict(settings.LANGUAGES) and language != person.language:
        person.language = language
        person.save(update_fields=["language"])


@transaction.atomic
def email_change(*, person: User, email: str) -> None:
    """Letters go to this address from now on; the one that it replaced is told, if there was one.

    The row is locked, so that of two changes at once each names the address that it replaced.
    """
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
    """Have a letter with a link to a new password written to each. Where there is nobody that is
    said too: the same statements, the same commit."""
    asking: list[int | None] = [person.pk for person in people]
    append(
        [PasswordResetRequested(request=str(uuid7()), person=person) for person in asking or [None]]
    )
