"""Changes to a person's account."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from project.accounts.models import PreviousEmail, User
from project.bus.store import append
from project.events.accounts import EmailReplaced, Invited, PasswordResetRequested, PersonChanged
from project.ops.digests import keyed_digest
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """What people change of themselves."""

    preferred_name: str
    address: str
    language: str
    wants_email: bool


@transaction.atomic
def profile_change(*, person: User, change: ProfileChange) -> bool:
    """Store it, with one event; False if nothing changed. An unsupported language changes
    nothing."""
    wanted = asdict(change)
    if change.language not in dict(settings.LANGUAGES):
        del wanted["language"]
    changed = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    if not changed:
        return False
    User.objects.filter(pk=person.pk).update(**changed)
    for name, value in changed.items():
        setattr(person, name, value)
    append([PersonChanged(person=person.pk, digest=keyed_digest(person.pk, wanted))])
    return True


@transaction.atomic
def people_invite(*, people: Sequence[int], per_minute: int) -> int:
    """Send each of these people who is active and has an address a link to set a password, at this
    pace. Returns how many."""
    found = User.objects.filter(pk__in=people, is_active=True).exclude(email="").order_by("number")
    invited = list(found.values_list("pk", flat=True))
    User.objects.filter(pk__in=invited).update(invited_at=Now())
    append([Invited(person=one, after=n * 60 // per_minute) for n, one in enumerate(invited)])
    return len(invited)


@transaction.atomic
def person_save(*, person: User) -> None:
    """Store what staff changed of a person; one event."""
    person.save()
    digest = keyed_digest(person.pk, person.full_name, person.email, person.language)
    append([PersonChanged(person=person.pk, digest=digest)])


@transaction.atomic
def password_reset_request(*, people: Iterable[User]) -> None:
    """Request an email with a password link for each person. With no person the same statements run
    and the same commit, so that timing reveals nothing."""
    asking: list[int | None] = [person.pk for person in people]
    append(
        [PasswordResetRequested(request=str(uuid7()), person=person) for person in asking or [None]]
    )
