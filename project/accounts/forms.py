"""What a person may choose for themselves, and how they come by a new password."""

from smtplib import SMTPException
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.utils.translation import gettext_lazy as _

from project.accounts.letters import letter_sent
from project.accounts.models import User
from project.pages import THEMES
from project.signing_in import wait_turn

_MAIL_AWAY = _("Mail cannot be sent at the moment. Nothing was sent; try again in a few minutes.")
_THEME_WORDS = {"auto": _("As the device has it"), "light": _("Light"), "dark": _("Dark")}


class PreferencesForm(forms.ModelForm[User]):
    """Mail address, language, theme. Letters to the address open the account, so whoever finds a
    session open may not turn them to themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(
        label=_("Appearance"), choices=[(name, _THEME_WORDS[name]) for name in THEMES]
    )
    password = forms.CharField(
        label=_("Current password"),
        help_text=_("Only to change your mail address."),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    class Meta:
        model = User
        fields = ("email", "language")
        labels = {"email": _("Mail address")}
        help_texts = {"email": _("Answers and new passwords are sent to it.")}
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "email"})}

    field_order = ("email", "password", "language", "theme")

    def clean_password(self) -> str:
        """Ask for it where the address changes; tries are counted with those of signing in."""
        password: str = self.cleaned_data["password"]
        if "email" in self.changed_data and "email" in self.cleaned_data:
            wait_turn("login", self.instance.get_username().casefold())
            if not self.instance.check_password(password):
                raise ValidationError(_("Type your current password to change your mail address."))
        return password

    def save(self, commit: bool = True) -> User:
        """Keep it, and tell the old address of a new one."""
        old = self.initial["email"]
        person: User = super().save(commit)
        if "email" in self.changed_data and old:
            letter_sent(
                person,
                to=old,
                subject="accounts/address_changed_subject.txt",
                body="accounts/address_changed_mail.txt",
                context={"user": person, "address": person.email},
            )
        return person


class ForgottenPasswordForm(auth.PasswordResetForm):
    """Django's form. What it says does not depend on whether anybody has the address."""

    def __init__(self, *args: Any, caller: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._caller = caller

    def clean(self) -> dict[str, Any]:
        """Count the try, then see whether mail can go at all: for everybody, known or not."""
        email = self.cleaned_data.get("email", "")
        wait_turn("login_address", self._caller)
        if email:
            wait_turn("password_mail", email.casefold())
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
        """Write over the connection that is open."""
        letter_sent(
            context["user"],
            to=to_email,
            subject=subject_template_name,
            body=email_template_name,
            context=context,
            connection=self._post,
        )

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
