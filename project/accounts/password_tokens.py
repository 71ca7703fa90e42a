"""The token in a password link."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class NewPasswordTokens(PasswordResetTokenGenerator):
    """Django's generator, based on the password's fingerprint: the process that writes emails may
    not read the hash."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        login = user.last_login.replace(microsecond=0, tzinfo=None) if user.last_login else ""
        return f"{user.pk}{user.password_mark}{login}{timestamp}{user.email}"


new_password_tokens = NewPasswordTokens()
