"""Users in the admin. A person who leaves is made inactive, so their history stays readable."""

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UsernameField
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from project.accounts.models import SignInPause, User
from project.accounts.services import person_save
from project.accounts.sign_in_forms import AdminSignInForm

admin.site.login_form = AdminSignInForm


class PersonCreationForm(AdminUserCreationForm[User]):
    """The form for a new user, with the full name."""

    class Meta:
        model = User
        fields = ("username", "full_name", "email")
        field_classes: ClassVar = {"username": UsernameField}  # takes accents in either form


@admin.register(User)
class PersonAdmin(UserAdmin[User]):
    """All users who can sign in."""

    add_form = PersonCreationForm
    list_display = (
        "username",
        "number",
        "full_name",
        "email",
        "is_staff",
        "is_active",
        "last_login",
    )
    list_filter = ("is_active", "is_staff", "is_superuser", "language", "groups")
    search_fields = ("search",)
    search_help_text = "A name, number, user name or email address."
    ordering = ("username",)
    readonly_fields = ("joined_at", "last_login")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            "Person",
            {
                "fields": (
                    *("number", "full_name", "preferred_name", "email", "address"),
                    *("department", "language", "wants_email"),
                )
            },
        ),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Times", {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    *("username", "full_name", "email"),
                    *("usable_password", "password1", "password2"),
                )
            },
        ),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Find by every word, case and accents aside."""
        return queryset & User.objects.matching(search_term), False

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        """Save through the service, which appends the event."""
        person_save(person=obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only superusers edit rights: staff who correct addresses must not promote themselves."""
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups")
        return (*self.readonly_fields, *rights)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser changes a superuser or their password."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody: other services refer to the person by id."""
        return False


@admin.register(SignInPause)
class SignInPauseAdmin(admin.ModelAdmin[SignInPause]):
    """Adding it pauses sign-in for everybody but staff; deleting it resumes."""

    list_display = ("__str__", "paused_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """One pause at a time."""
        return super().has_add_permission(request) and not SignInPause.objects.exists()

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """There is nothing to change."""
        return False
