"""Sign students in without the sign-in page: API tokens and browser sessions."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken

from project.accounts.models import User

LIFETIME = timedelta(hours=6)
"""Longer than any run."""


def sign_tokens(users: Iterable[int]) -> list[str]:
    """An access token for each user, with the project's key and claims."""
    return [_sign(user) for user in users]


def _sign(user: int) -> str:
    token = AccessToken()
    token[api_settings.USER_ID_CLAIM] = str(user)
    token.set_exp(lifetime=LIFETIME)
    return str(token)


def cookies_of(tokens: Sequence[str]) -> list[str]:
    """A session cookie for the holder of each token."""
    ids = [int(AccessToken(token)[api_settings.USER_ID_CLAIM]) for token in tokens]  # type: ignore[arg-type]
    users = User.objects.in_bulk(ids)
    return [session_cookie(users[user]) for user in ids]


def session_cookie(user: User) -> str:
    """The cookie of a new session of this user."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
