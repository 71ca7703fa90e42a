"""People: who can sign in. Any app may read a user by id."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The custom user of the project."""

    name = "project.accounts"
    label = "accounts"
    verbose_name = "People"
