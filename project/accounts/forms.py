"""What a person may choose for themselves, and how they come by a new password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from project.accounts.models import FormerAddress, User
from project.bus.store import append
from project.ids import uuid7
from project.messages.accounts import AddressReplaced, PasswordAsked
from project.pages import THEMES
from project.signing_in import wait_turn

_THEME_WORDS = {"auto": _("As the device has it"), "light": _("Light"), "dark": _("Dark")}


class PreferencesForm(forms.ModelForm[User]):
    """Mail address, language, theme; only the address is kept here. Letters to it open the account,
    so whoever finds a session open may not turn them to themselves."""

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
        fields = ("email",)
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

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """Keep it, and say which address a new one replaced."""
        old = self.initial["email"]
        person: User = super().save(commit)
        if "email" in self.changed_data and old:
            former = FormerAddress.objects.create(person=person, email=old)
            append([AddressReplaced(person=person.pk, former=former.pk)])
        return person


class ForgottenPasswordForm(auth.PasswordResetForm):
    """Django's form. What it says, and how soon, does not depend on whether anybody has the
    address. The letter is written elsewhere."""

    def __init__(self, *args: Any, caller: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._caller = caller

    def clean(self) -> dict[str, Any]:
        """Count the try, for everybody, known or not."""
        email = self.cleaned_data.get("email", "")
        wait_turn("login_address", self._caller)
        if email:
            wait_turn("password_mail", email.casefold())
        return self.cleaned_data

    @transaction.atomic
    def save(self, **_: Any) -> None:  # type: ignore[override]  # Django's words are for its letter
        """Say who asked. That nobody did is said too: the same statements, the same commit."""
        people: list[int | None] = [
            person.pk for person in self.get_users(self.cleaned_data["email"])
        ]
        append([PasswordAsked(request=str(uuid7()), person=person) for person in people or [None]])


class ChangePasswordForm(auth.PasswordChangeForm):
    """Django's form. Whoever finds a session open may not guess the password in it."""

    def clean_old_password(self) -> str:
        """Count the try with those of signing in."""
        wait_turn("login", self.user.get_username().casefold())
        old: str = super().clean_old_password()
        return old
