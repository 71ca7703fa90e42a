"""Where tokens are given out, and not faster than a person types."""

from django.contrib.auth import get_user_model
from rest_framework import exceptions
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from project.throttling import AccountThrottle, AddressThrottle


class RefreshSerializer(TokenRefreshSerializer):
    """Refuses a deleted user with 401, where simplejwt lets the error through as 500."""

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Return a new access token."""
        try:
            return super().validate(attrs)
        except (get_user_model().DoesNotExist, ValueError, TypeError, OverflowError) as error:
            raise exceptions.AuthenticationFailed("This account cannot sign in.") from error


class TokenView(TokenObtainPairView):
    """Sign in: a username and a password for an access token and a refresh token."""

    throttle_classes = (AddressThrottle, AccountThrottle)


class RefreshView(TokenRefreshView):
    """A refresh token for a new access token."""

    serializer_class = RefreshSerializer
    throttle_classes = (AddressThrottle,)
