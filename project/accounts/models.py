"""The one user table, custom from the first migration."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Now
from django.db.models.lookups import Exact
from django.utils.translation import get_supported_language_variant


class FoldCase(models.Func):
    """A text folded for comparing names and addresses: without case and Unicode form."""

    function = "fold_case"
    output_field = models.TextField()


def is_alike(field: str, text: str) -> Exact:
    """The condition that the field equals the text, case and Unicode form aside."""
    return Exact(FoldCase(field), FoldCase(models.Value(text)))


class Matches(models.Func):
    """Whether a folded text has every word of a search, in any order."""

    arg_joiner = " LIKE ALL (search_patterns("
    template = "%(expressions)s))"
    output_field = models.BooleanField()


class UserManager(BaseUserManager["User"]):
    """Creates users with a hashed password, and finds them."""

    def matching(self, text: str) -> "models.QuerySet[User]":
        """Users whose name, number, user name or address has every word of the text."""
        return self.filter(Matches(models.F("search"), models.Value(text)))

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Store one user; without a password nobody can sign in as them."""
        fields["email"] = self.normalize_email(fields.get("email"))
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Store one user who may do everything."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of that name, in whatever capitals it is typed; used by sign-in."""
        return self.get(is_alike("username", username or ""))

    def ids_by_name(self, names: Sequence[str]) -> dict[str, int]:
        """Ids of the users that exist, by name as it was asked for."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT asked, person.id FROM unnest(%s::text[]) asked"
                "  JOIN accounts_user person ON fold_case(person.username) = fold_case(asked)",
                [list(names)],
            )
            return dict(cursor.fetchall())


class User(AbstractBaseUser, PermissionsMixin):
    """A person: name, address, language, password. What they study belongs to registration."""

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "This username is taken."},
    )
    number = models.CharField(
        max_length=32, blank=True, default="", help_text="Student or staff number."
    )
    full_name = models.CharField(max_length=200)
    preferred_name = models.CharField(max_length=200, blank=True, default="")
    email = models.EmailField(blank=True)
    # The address in the registry's files: one that the person chose stays until this one changes.
    registry_email = models.EmailField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    department = models.CharField(max_length=200, blank=True, default="")
    wants_email = models.BooleanField(
        default=True, help_text="Outcomes by email as well as in the inbox."
    )
    language = models.CharField(max_length=12, default="en", help_text="As in BCP 47: en, de-CH.")
    is_staff = models.BooleanField(default=False, help_text="May sign in to the admin site.")
    is_active = models.BooleanField(default=True, help_text="Take this away instead of deleting.")
    joined_at = models.DateTimeField(auto_now_add=True)
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Changes with the password and reveals nothing of it: the hash has its own salt.
    password_mark = models.GeneratedField(
        expression=models.Func(
            "password", template="encode(sha256(%(expressions)s::bytea), 'hex')"
        ),
        output_field=models.CharField(max_length=64),
        db_persist=True,
    )

    # What a person is found by, folded.
    search = models.GeneratedField(
        expression=models.Func(
            *("number", "username", "full_name", "preferred_name", "email"),
            function="fold_search",
            arg_joiner=" || ' ' || ",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "email"]

    class Meta:
        ordering = ("username",)
        constraints = [
            models.UniqueConstraint(
                FoldCase("username"),
                name="one_person_per_username",
                violation_error_message=(
                    "This username is taken; capitals and spelling of accents do not count."
                ),
            ),
            models.UniqueConstraint(
                FoldCase("number"),
                condition=~models.Q(number=""),
                name="one_person_per_number",
                violation_error_message="Somebody else has this number.",
            ),
        ]
        indexes = [models.Index(FoldCase("email"), name="people_by_email")]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """The name to display; Django's admin and emails use it."""
        return self.full_name

    def get_short_name(self) -> str:
        """The name for a greeting."""
        return self.preferred_name or self.full_name or self.username


class PreviousEmail(models.Model):
    """The previous email address of a person, to notify it of the change."""

    person = models.ForeignKey(User, on_delete=models.CASCADE)
    email = models.EmailField()

    def __str__(self) -> str:
        return self.email


class SignInPause(models.Model):
    """While there is a row, only staff sign in."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    paused_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "accounts_sign_in_pause"
        verbose_name = "pause of sign-in"
        verbose_name_plural = "pause of sign-in"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_pause_at_most")]

    def __str__(self) -> str:
        return "Sign-in is paused"


def language_of(person: User) -> str | None:
    """The site's language that this person reads; None if the site has none close to theirs."""
    return closest_language(person.language)


def closest_language(tag: str) -> str | None:
    """The site's language closest to a tag: zh-TW is close to zh-hant."""
    try:
        return get_supported_language_variant(tag)
    except LookupError:
        return None
