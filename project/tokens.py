"""Where tokens are given out, and not faster than a person types."""

from django.contrib.auth import get_user_model
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from rest_framework import exceptions
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from project.throttling import AccountThrottle, AddressThrottle


class RefreshSerializer(TokenRefreshSerializer):
    """A refresh token, for a new access token."""

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Return the access token; refuse a user who was deleted or disabled meanwhile."""
        try:
            # simplejwt lets a deleted user through as an error of ours.
            return super().validate(attrs)
        except (get_user_model().DoesNotExist, ValueError, TypeError, OverflowError) as error:
            raise exceptions.AuthenticationFailed(_("This account cannot sign in.")) from error


@method_decorator(never_cache, name="dispatch")
class TokenView(TokenObtainPairView):
    """Sign in: a username and a password for an access token and a refresh token."""

    throttle_classes = (AddressThrottle, AccountThrottle)


@method_decorator(never_cache, name="dispatch")
class RefreshView(TokenRefreshView):
    """A refresh token for a new access token."""

    serializer_class = RefreshSerializer
    throttle_classes = (AddressThrottle,)
