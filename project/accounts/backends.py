"""Signing in with a password, without keeping everybody else from the door."""

from threading import BoundedSemaphore
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from project.accounts.models import User

_AT_ONCE = 2
_turns = BoundedSemaphore(_AT_ONCE)


class TooManySignIns(exceptions.APIException):
    """Every turn is taken; the next is free in a moment."""

    status_code = 503
    default_code = "unavailable"
    default_detail = _("Many are signing in at the moment. Try again in a second.")
    wait = 1


class ConcurrencyLimitedBackend(ModelBackend):
    """Django's backend, for two at once in a process. Hashing a password is meant to take a
    processor and much memory, in a thread that could accept registrations meanwhile; and whoever
    guesses may make it be done for names that do not exist."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the person, or None. Raises TooManySignIns where no turn is free."""
        if not _turns.acquire(blocking=False):
            raise TooManySignIns
        try:
            return super().authenticate(request, username, password, **kwargs)
        finally:
            _turns.release()
