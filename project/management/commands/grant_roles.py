"""`manage.py grant_roles`: give each service's PostgreSQL role what it owns."""

from typing import Any

from django.core.management.base import BaseCommand

from project.bus.roles import grant_all, missing_roles
from project.ops.ownership import require_owner


class Command(BaseCommand):
    """Runs after every `migrate` too; needed by hand when a role was created later."""

    help = "Give each service's PostgreSQL role the rights on what it owns, and no other."

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, and list the roles."""
        require_owner("Granting")
        given = grant_all()
        for role in sorted({grant.role for grant in given}):
            rights = sum(grant.role == role for grant in given)
            self.stdout.write(f"{role:<14} {rights} rights")
        for role in missing_roles():
            self.stderr.write(f"{role:<14} is no role on this server: `python3 -m devstack up`")
