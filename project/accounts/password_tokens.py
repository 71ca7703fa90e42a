"""What the link to a new password proves."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class NewPasswordTokens(PasswordResetTokenGenerator):
    """Django's, made of the password's mark: who writes letters may not read its hash."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        login = user.last_login.replace(microsecond=0, tzinfo=None) if user.last_login else ""
        return f"{user.pk}{user.password_mark}{login}{timestamp}{user.email}"


new_password_tokens = NewPasswordTokens()
