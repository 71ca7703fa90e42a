"""Who is asking: signed tokens, with or without a look into the database."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from project.accounts.models import User


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever holds the token: an id, nothing looked up. Staff are known to the database alone,
    so nobody is staff here, whatever a token claims."""

    id: int
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    is_staff: ClassVar[bool] = False
    is_superuser: ClassVar[bool] = False

    @property
    def pk(self) -> int:
        """Return the id, by Django's name for it."""
        return self.id


class CheckedAuthentication(JWTAuthentication):
    """A token, and a look whether its user is still there and may still sign in."""

    def get_validated_token(self, raw_token: bytes) -> Token:
        """Return the token; refuse with 401, never with 500, whatever the header holds."""
        try:
            return super().get_validated_token(raw_token)
        except (ValueError, TypeError, OverflowError) as error:
            raise InvalidToken(_("The token cannot be read.")) from error

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]
        """Return the user, refusing the deleted and the disabled."""
        user = User.objects.filter(pk=_user_id(validated_token)).first()
        if user is None or not user.is_active:
            raise exceptions.AuthenticationFailed(_("This account cannot sign in."))
        return user


class StatelessAuthentication(CheckedAuthentication):
    """A token alone. For the submit path: its transaction locks the student's row anyway."""

    def get_user(self, validated_token: Token) -> Bearer:  # type: ignore[override]
        """Return whoever the token names."""
        return Bearer(_user_id(validated_token))


def _user_id(token: Token) -> int:
    claim = token.get(api_settings.USER_ID_CLAIM)
    text = str(claim)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidToken(_("The token names nobody."))
    return int(text)
