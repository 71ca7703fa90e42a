"""`manage.py rebuild_seats`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from redis import RedisError

from modules.services.seats import seats_reconcile


class Command(BaseCommand):
    """Rebuild the seat counts and locks in Redis from PostgreSQL."""

    help = "Make seat locks and live counts in Redis again from PostgreSQL. Harmless at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and print how many keys were wrong."""
        try:
            wrong = seats_reconcile()
        except RedisError as error:
            raise CommandError(f"Redis does not answer: {error}") from error
        self.stdout.write(f"Redis agrees with PostgreSQL; {len(wrong)} keys were put right.")
