"""Sign-in forms, rate-limited as sign-in by the API is."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.throttling import BaseThrottle

from project.accounts.models import User
from project.accounts.pauses import refuse_while_paused
from project.ops.names import fold_name
from project.web.throttling import AccountThrottle, AddressThrottle, take_token


class SignInForm(AuthenticationForm):
    """Django's form. Attempts per account and per address count with those of the API."""

    def clean(self) -> dict[str, Any]:
        """Check the limits before the password, so that guessing stays slow."""
        check_rate(AddressThrottle.scope, caller(self.request))
        check_rate(AccountThrottle.scope, fold_name(self.cleaned_data.get("username", "")))
        try:
            data = super().clean()
        except APIException as error:
            raise ValidationError(str(error.detail), code="unavailable") from error
        person = self.get_user()
        if isinstance(person, User):
            refuse_while_paused(person)
        return data


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """The same form for the admin."""


def caller(request: HttpRequest | None) -> str:
    """The address of the client, as the API's limits determine it."""
    return BaseThrottle().get_ident(request) or ""  # type: ignore[arg-type]  # reads META only


def check_rate(scope: str, ident: str) -> None:
    """Take a token from that bucket. Raises ValidationError that says how long to wait."""
    try:
        wait_ms = take_token(scope=scope, ident=ident)
    except APIException as error:
        raise ValidationError(str(error.detail), code="unavailable") from error
    if wait_ms:
        seconds = -(-wait_ms // 1000)
        words = _("Too many tries. Come back in %(seconds)s s.") % {"seconds": seconds}
        raise ValidationError(words, code="throttled")
