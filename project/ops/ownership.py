"""What only the owner of the tables may do: migrate, grant, replay."""

from django.conf import settings
from django.core.management.base import CommandError


def require_owner(what: str) -> None:
    """Refuse what only the owner can do, before PostgreSQL does in the middle of it."""
    if settings.DB_ROLE != "owner":
        raise CommandError(
            f"{what} needs the owner of the tables, this is {settings.DB_ROLE}: say DB_ROLE=owner"
        )
