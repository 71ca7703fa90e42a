"""Issuing of API tokens, rate-limited."""

from django.contrib.auth import get_user_model
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from rest_framework import exceptions
from rest_framework_simplejwt.serializers import (
    TokenObtainPairSerializer,
    TokenRefreshSerializer,
)
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import get_md5_hash_password
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from project.accounts.models import User
from project.accounts.pauses import refuse_while_paused
from project.web.throttling import AccountThrottle, AddressThrottle


class RefreshSerializer(TokenRefreshSerializer):
    """A refresh token in exchange for a new access token."""

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Return the access token; refuse a user who was deleted, deactivated or has changed the
        password since."""
        try:
            _refuse_old_password(self.token_class(attrs["refresh"]))  # type: ignore[arg-type]  # takes text
            # simplejwt raises DoesNotExist for a deleted user, which would be answered with 500.
            return super().validate(attrs)
        except (get_user_model().DoesNotExist, ValueError, TypeError, OverflowError) as error:
            raise exceptions.AuthenticationFailed(_("This account cannot sign in.")) from error


def _refuse_old_password(token: Token) -> None:
    """Raise DoesNotExist if the token was issued for another password. simplejwt writes this claim
    but does not check it on refresh."""
    user = get_user_model().objects.get(pk=token.get(api_settings.USER_ID_CLAIM))
    if token.get(api_settings.REVOKE_TOKEN_CLAIM) != get_md5_hash_password(user.password):
        raise get_user_model().DoesNotExist


class SignInSerializer(TokenObtainPairSerializer):
    """A username and a password in exchange for tokens."""

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Return the tokens. Raises Refusal while sign-in is paused."""
        tokens = super().validate(attrs)
        if isinstance(self.user, User):
            refuse_while_paused(self.user)
        return tokens


@method_decorator(never_cache, name="dispatch")
class TokenView(TokenObtainPairView):
    """Sign in: a username and a password in exchange for an access token and a refresh token."""

    _serializer_class = ""
    serializer_class = SignInSerializer

    throttle_classes = (AddressThrottle, AccountThrottle)


@method_decorator(never_cache, name="dispatch")
class RefreshView(TokenRefreshView):
    """A refresh token in exchange for a new access token."""

    serializer_class = RefreshSerializer
    throttle_classes = (AddressThrottle,)
