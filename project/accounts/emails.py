"""Emails to one person about their own account, in that person's language."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import override

from project.accounts.models import User, language_of
from project.accounts.password_tokens import new_password_tokens


def new_password(person: User) -> tuple[str, str]:
    """Subject and body of the email with the link to choose another password."""
    return _with_link("password_reset", person)


def invitation(person: User) -> tuple[str, str]:
    """Subject and body of the email with the link to choose the first password."""
    return _with_link("invitation", person)


def _with_link(name: str, person: User) -> tuple[str, str]:
    """The link is valid from now on for as long as the settings say."""
    return _written(
        name,
        user=person,
        site=settings.SITE_URL,
        uid=urlsafe_base64_encode(force_bytes(person.pk)),
        token=new_password_tokens.make_token(person),
    )


def new_address(person: User) -> tuple[str, str]:
    """Subject and body of the email to the previous address."""
    return _written("address_changed", user=person, address=person.email)


def _written(name: str, *, user: User, **context: str) -> tuple[str, str]:
    values = {"user": user, **context}
    with override(language_of(user) or settings.LANGUAGE_CODE):
        title = render_to_string(f"accounts/{name}_subject.txt", values).strip()
        return title, render_to_string(f"accounts/{name}_mail.txt", values)
