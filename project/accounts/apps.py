"""Users: who can sign in. Any app may read a user by id."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The custom user model of the project."""

    name = "project.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Register the database rights on the tables of this app, and what pages say."""
        from project.accounts.grants import sign_in_grant
        from project.accounts.pauses import load_notices
        from project.bus.registry import bus
        from project.web.notices import notices

        bus.register_grant(sign_in_grant("web"))
        notices.register(load_notices)
