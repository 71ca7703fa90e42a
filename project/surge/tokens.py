"""Tokens signed beforehand, with the project's key and claims, that outlast a run."""

from collections.abc import Iterable
from datetime import timedelta

from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken

LIFETIME = timedelta(hours=6)


def tokens_signed(users: Iterable[int]) -> list[str]:
    """An access token for each user."""
    return [_signed(user) for user in users]


def _signed(user: int) -> str:
    token = AccessToken()
    token[api_settings.USER_ID_CLAIM] = str(user)
    token.set_exp(lifetime=LIFETIME)
    return str(token)
