"""The one user table, custom from the first migration."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import get_supported_language_variant


class UserManager(BaseUserManager["User"]):
    """Creates users with a hashed password."""

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


class User(AbstractBaseUser, PermissionsMixin):
    """A person: name, address, language, password. What they study is registration's matter."""

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "This username is taken."},
    )
    full_name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12, default="en", help_text="As in BCP 47: en, de-CH.")
    is_staff = models.BooleanField(default=False, help_text="May sign in to the admin site.")
    is_active = models.BooleanField(default=True, help_text="Take this away instead of deleting.")
    joined_at = models.DateTimeField(auto_now_add=True)
    # Changes whenever the password does and gives nothing of it away: the hash has its own salt.
    password_mark = models.GeneratedField(
        expression=models.Func(
            "password", template="encode(sha256(%(expressions)s::bytea), 'hex')"
        ),
        output_field=models.CharField(max_length=64),
        db_persist=True,
    )

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "email"]

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """Name for people to read; Django's admin and mail ask for it."""
        return self.full_name

    def get_short_name(self) -> str:
        """Name for a greeting."""
        return self.full_name or self.username


class FormerAddress(models.Model):
    """Where letters to a person went before: it is told that they do no longer."""

    person = models.ForeignKey(User, on_delete=models.CASCADE)
    email = models.EmailField()

    def __str__(self) -> str:
        return self.email


def language_of(person: User) -> str | None:
    """Which language of the site's this person reads: None where it speaks none that is near."""
    return language_near(person.language)


def language_near(tag: str) -> str | None:
    """The same for a tag: zh-TW is near zh-hant."""
    try:
        return get_supported_language_variant(tag)
    except LookupError:
        return None
