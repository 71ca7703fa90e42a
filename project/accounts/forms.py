"""What a person may choose for themselves, and how they come by a new password."""

import logging
from smtplib import SMTPException
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from project.accounts.models import User, language_of
from project.pages import THEMES
from project.signing_in import wait_turn

_log = logging.getLogger(__name__)
_MAIL_AWAY = _("Mail cannot be sent at the moment. Nothing was sent; try again in a few minutes.")
_THEME_WORDS = {"auto": _("As the device has it"), "light": _("Light"), "dark": _("Dark")}


class PreferencesForm(forms.ModelForm[User]):
    """Mail address, language, theme."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(
        label=_("Appearance"), choices=[(name, _THEME_WORDS[name]) for name in THEMES]
    )

    class Meta:
        model = User
        fields = ("email", "language")
        labels = {"email": _("Mail address")}
        help_texts = {"email": _("Answers and new passwords are sent to it.")}
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "email"})}


class ForgottenPasswordForm(auth.PasswordResetForm):
    """Django's form. What it says does not depend on whether anybody has the address."""

    def __init__(self, *args: Any, caller: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._caller = caller

    def clean(self) -> dict[str, Any]:
        """Count the try, then see whether mail can go at all: for everybody, known or not."""
        email = self.cleaned_data.get("email", "")
        wait_turn("login_address", self._caller)
        wait_turn("password_mail", email.casefold())
        if email:
            self._reach_mail_server()
        return self.cleaned_data

    def _reach_mail_server(self) -> None:
        self._post = get_connection()
        try:
            self._post.open()
        except (SMTPException, OSError) as error:
            raise ValidationError(_MAIL_AWAY, code="mail_away") from error

    def send_mail(  # noqa: PLR0917  Django's own
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        """Write in the language of the reader, over the connection that is open."""
        with override(language_of(context["user"]) or settings.LANGUAGE_CODE):
            subject = render_to_string(subject_template_name, context).strip()
            body = render_to_string(email_template_name, context)
        letter = EmailMessage(subject, body, from_email, [to_email], connection=self._post)
        try:
            letter.send()
        except (SMTPException, OSError) as error:
            # Not said on the page: it would say that somebody has this address.
            _log.warning("a password mail could not be sent: %s", error)

    def save(self, **kwargs: Any) -> None:  # type: ignore[override]  # passed on as it comes
        """Send what there is to send, and take leave of the mail server."""
        try:
            super().save(**kwargs)
        finally:
            self._post.close()


class ChangePasswordForm(auth.PasswordChangeForm):
    """Django's form. Whoever finds a session open may not guess the password in it."""

    def clean_old_password(self) -> str:
        """Count the try with those of signing in."""
        wait_turn("login", self.user.get_username().casefold())
        old: str = super().clean_old_password()
        return old
