"""Sign-in with a password, limited so that it does not slow down everybody else."""

from threading import BoundedSemaphore
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from project.accounts.models import User

_AT_ONCE = 2
_slots = BoundedSemaphore(_AT_ONCE)


class TooManySignIns(exceptions.APIException):
    """All sign-in slots are in use; one is free in a moment."""

    status_code = 503
    default_code = "unavailable"
    default_detail = _("Many are signing in at the moment. Try again in a second.")
    wait = 1


class ConcurrencyLimitedBackend(ModelBackend):
    """Django's backend, limited to two sign-ins at once per process. Hashing a password takes a
    processor and much memory, in a thread that could accept registrations meanwhile; and an
    attacker can cause it with names that do not exist."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the user, or None. Raises TooManySignIns if no slot is free."""
        if not _slots.acquire(blocking=False):
            raise TooManySignIns
        try:
            return super().authenticate(request, username, password, **kwargs)
        finally:
            _slots.release()
