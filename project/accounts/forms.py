"""Forms for preferences and passwords."""

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
    """What people change of themselves. Emails to the address open the account, so somebody who
    finds an open session must not be able to change it."""

    preferred_name = forms.CharField(
        label=_("Preferred name"),
        help_text=_("How we address you. Your name stays as the registry has it."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    address = forms.CharField(
        label=_("Postal address"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    wants_email = forms.BooleanField(
        label=_("Send me outcomes by email"),
        help_text=_("They are in your inbox in any case."),
        required=False,
    )
    email = forms.EmailField(
        label=_("Email address"),
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
        help_text=_("Only to change your email address."),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    field_order = (
        *("preferred_name", "address", "email", "password", "wants_email"),
        *("language", "theme"),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_password(self) -> str:
        """Require the password if the address changes; attempts count as sign-in attempts."""
        password: str = self.cleaned_data["password"]
        if "email" in self.changed_data and "email" in self.cleaned_data:
            check_rate("login", fold_name(self._person.get_username()))
            if not self._person.check_password(password):
                raise ValidationError(_("Type your current password to change your email address."))
        return password


class ForgottenPasswordForm(auth.PasswordResetForm):
    """Django's form. Neither its reply nor its timing depends on whether anybody has the address.
    The email is written elsewhere."""

    def __init__(self, *args: Any, caller: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._caller = caller

    def clean(self) -> dict[str, Any]:
        """Count the attempt, whether the address is known or not."""
        email = self.cleaned_data.get("email", "")
        check_rate("login_address", self._caller)
        if email:
            check_rate("password_mail", fold_name(email))
        return self.cleaned_data

    def get_users(self, email: str) -> Iterator[User]:
        """Users with this address, whatever its case and Unicode form. The email goes to the stored
        address, not to the typed one."""
        people = User.objects.filter(is_alike("email", email), is_active=True)
        return (one for one in people if one.has_usable_password() or one.invited_at)


class ChangePasswordForm(auth.PasswordChangeForm):
    """Django's form. Somebody who finds an open session must not be able to guess its password."""

    def clean_old_password(self) -> str:
        """Count the attempt as a sign-in attempt."""
        check_rate("login", fold_name(self.user.get_username()))
        old: str = super().clean_old_password()
        return old
