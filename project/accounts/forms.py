"""What a person may choose for themselves, and how they come by a new password."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from project.accounts.models import User, is_alike
from project.accounts.sign_in_forms import check_rate
from project.ops.names import fold_name
from project.web.navigation import THEMES

_THEME_WORDS = {"auto": _("As the device has it"), "light": _("Light"), "dark": _("Dark")}


class PreferencesForm(forms.Form):
    """Mail address, language, theme. Letters to the address open the account, so whoever finds a
    session open may not turn them to themselves."""

    email = forms.EmailField(
        label=_("Mail address"),
        help_text=_("Answers and new passwords are sent to it."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
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

    field_order = ("email", "password", "language", "theme")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_password(self) -> str:
        """Ask for it where the address changes; tries are counted with those of signing in."""
        password: str = self.cleaned_data["password"]
        if "email" in self.changed_data and "email" in self.cleaned_data:
            check_rate("login", fold_name(self._person.get_username()))
            if not self._person.check_password(password):
                raise ValidationError(_("Type your current password to change your mail address."))
        return password


class ForgottenPasswordForm(auth.PasswordResetForm):
    """Django's form. What it says, and how soon, does not depend on whether anybody has the
    address. The letter is written elsewhere."""

    def __init__(self, *args: Any, caller: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._caller = caller

    def clean(self) -> dict[str, Any]:
        """Count the try, for everybody, known or not."""
        email = self.cleaned_data.get("email", "")
        check_rate("login_address", self._caller)
        if email:
            check_rate("password_mail", fold_name(email))
        return self.cleaned_data

    def get_users(self, email: str) -> Iterator[User]:
        """Those whose address it is, case and Unicode form aside. The letter goes to the address
        that is stored, not to what was typed."""
        people = User.objects.filter(is_alike("email", email), is_active=True)
        return (person for person in people if person.has_usable_password())


class ChangePasswordForm(auth.PasswordChangeForm):
    """Django's form. Whoever finds a session open may not guess the password in it."""

    def clean_old_password(self) -> str:
        """Count the try with those of signing in."""
        check_rate("login", fold_name(self.user.get_username()))
        old: str = super().clean_old_password()
        return old
