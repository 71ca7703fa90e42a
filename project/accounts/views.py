"""Sign-in, sign-out, passwords and preferences."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
)
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from django.views.i18n import set_language

from project.accounts.forms import ChangePasswordForm, ForgottenPasswordForm, PreferencesForm
from project.accounts.models import User, language_of
from project.accounts.password_tokens import new_password_tokens
from project.accounts.services import (
    ProfileChange,
    email_change,
    language_keep,
    password_reset_request,
    profile_change,
)
from project.accounts.sign_in_forms import SignInForm, caller
from project.web.navigation import THEME_COOKIE, theme_of
from project.web.post_only import PostOnly, page_after_sign_in

_YEAR_SECONDS = 365 * 24 * 3600


class SignInView(auth.LoginView):
    """Sign in with name and password; then the pages use the person's language."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """The page that the person wanted, unless the address only takes a form."""
        return page_after_sign_in(self.request, super().get_success_url())

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in and set the language cookie."""
        answer = super().form_valid(form)
        set_language_cookie(answer, form.get_user())
        return answer


class SignOutView(PostOnly, auth.LogoutView):  # type: ignore[misc]  # both have a `get`
    """End the session and confirm it."""

    page = "home"
    http_method_names = ("get", "head", "post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out."""
        answer = super().post(request, *args, **kwargs)
        messages.success(request, _("You are signed out."))
        return answer


class ForgottenPasswordView(auth.PasswordResetView):
    """Ask for an email address; the reply is the same whether anybody has it or not."""

    form_class = ForgottenPasswordForm
    template_name = "accounts/password_reset.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Pass the request, which the limits need."""
        return super().get_form_kwargs() | {"caller": caller(self.request)}

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        """Leave the email to the mail service: Django's view would write and send it here."""
        password_reset_request(people=form.get_users(form.cleaned_data["email"]))
        return HttpResponseRedirect(self.get_success_url())


class ForgottenPasswordSentView(auth.PasswordResetDoneView):
    """Confirms that an email is on its way."""

    template_name = "accounts/password_reset_sent.html"


class NewPasswordView(auth.PasswordResetConfirmView):
    """Take the new password from the holder of the link."""

    template_name = "accounts/password_new.html"
    token_generator = new_password_tokens


class NewPasswordKeptView(auth.PasswordResetCompleteView):
    """Confirms the new password and leads to the sign-in."""

    template_name = "accounts/password_kept.html"


class ChangePasswordView(auth.PasswordChangeView):
    """Change the password, given the current one."""

    form_class = ChangePasswordForm
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("preferences")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Store the password and confirm it."""
        messages.success(self.request, _("Your new password is kept."))
        return super().form_valid(form)


class PreferencesView(LoginRequiredMixin, FormView[PreferencesForm]):
    """Preferred name, addresses, notices, language and theme."""

    form_class = PreferencesForm
    template_name = "accounts/preferences.html"
    success_url = reverse_lazy("preferences")

    @cached_property
    def person(self) -> User:
        """The signed-in person."""
        return User.objects.get(username=self.request.user.get_username())

    def get_form_kwargs(self) -> dict[str, Any]:
        """Pass the person, whose password the form may require."""
        return super().get_form_kwargs() | {"person": self.person}

    def get_initial(self) -> dict[str, object]:
        """The current choice. A language that the pages do not support counts as none."""
        language = language_of(self.person) or settings.LANGUAGE_CODE
        person = self.person
        return {
            "preferred_name": person.preferred_name,
            "address": person.address,
            "wants_email": person.wants_email,
            "email": person.email,
            "theme": theme_of(self.request),
            "language": language,
        }

    def form_valid(self, form: PreferencesForm) -> HttpResponse:
        """Store the preferences. The address only if it was changed: only then was the password
        required."""
        if "email" in form.changed_data:
            email_change(person=self.person, email=form.cleaned_data["email"])
        names = ("preferred_name", "address", "language", "wants_email")
        change = ProfileChange(**{name: form.cleaned_data[name] for name in names})
        profile_change(person=self.person, change=change)
        answer = super().form_valid(form)
        set_language_cookie(answer, self.person)
        _keep(answer, THEME_COOKIE, form.cleaned_data["theme"])
        with override(form.cleaned_data["language"]):
            messages.success(self.request, gettext("Your preferences are kept."))
        return answer


class LanguageView(PostOnly):
    """The language choice in the footer of every page."""

    page = "home"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set the language of the following pages and, if signed in, of emails."""
        answer = set_language(request)
        if request.user.is_authenticated:
            language_keep(person=request.user, language=request.POST.get("language", ""))
        return answer


def set_language_cookie(answer: HttpResponse, person: User) -> None:
    """Set the language cookie to the person's language, if the site supports it."""
    if language := language_of(person):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, language)


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, max_age=_YEAR_SECONDS, samesite="Lax", secure=settings.SECURE, httponly=True
    )
