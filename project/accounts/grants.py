"""What others may do with people's tables."""

from project.bus.registry import WRITE, TableGrant
from project.bus.roles import READ, tables_of

# A link to a new password is made of the last sign-in and the password's mark. Nobody but the site
# reads a hash.
_LETTERS = "SELECT (id, username, full_name, email, language, last_login, password_mark)"
_SIGN_IN = ("accounts", "admin", "auth", "contenttypes", "sessions")


def email_grants(role: str) -> tuple[TableGrant, ...]:
    """What the role needs that writes letters to people."""
    return (
        TableGrant(role=role, tables=("accounts_user",), rights=_LETTERS),
        TableGrant(role=role, tables=("accounts_previousemail",), rights=READ),
    )


def sign_in_grant(role: str) -> TableGrant:
    """What the role needs at whose pages people sign in: Django's own tables, too."""
    tables = sorted(table for app in _SIGN_IN for table in tables_of(app))
    return TableGrant(role=role, tables=tuple(tables), rights=WRITE)
