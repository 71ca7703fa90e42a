"""Signing in on a page: no faster than a person types, as at the API's door."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from rest_framework.exceptions import APIException
from rest_framework.throttling import BaseThrottle

from project.throttling import AccountThrottle, AddressThrottle, take


class AdminSignInForm(AdminAuthenticationForm):
    """The admin's form. Tries of one account and of one address are counted with the API's."""

    def clean(self) -> dict[str, Any]:
        """Refuse before the password is looked at, so that guessing stays slow."""
        address = BaseThrottle().get_ident(self.request)  # type: ignore[arg-type]  # reads META only
        self._wait_turn(AddressThrottle.scope, address)
        self._wait_turn(AccountThrottle.scope, self.cleaned_data.get("username", "").casefold())
        try:
            return super().clean()
        except APIException as error:
            raise ValidationError(str(error.detail), code="unavailable") from error

    def _wait_turn(self, scope: str, ident: str | None) -> None:
        try:
            wait_ms = take(scope=scope, ident=ident or "")
        except APIException as error:
            raise ValidationError(str(error.detail), code="unavailable") from error
        if wait_ms:
            seconds = -(-wait_ms // 1000)
            words = f"Too many tries. Come back in {seconds} s."
            raise ValidationError(words, code="throttled")
