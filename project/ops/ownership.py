"""Commands that only the owner of the tables may run: migrate, grant, replay."""

from django.conf import settings
from django.core.management.base import CommandError


def require_owner(what: str) -> None:
    """Refuse early with a clear error, before PostgreSQL refuses in the middle of the work."""
    if settings.DB_ROLE != "owner":
        raise CommandError(
            f"{what} needs the owner of the tables, this is {settings.DB_ROLE}: say DB_ROLE=owner"
        )
