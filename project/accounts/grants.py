"""Database rights on the tables of accounts for other roles."""

from project.bus.registry import WRITE, TableGrant
from project.bus.roles import READ, tables_of

# A password link is derived from the last sign-in and the password's fingerprint. Only the web role
# reads a hash.
_EMAIL_RIGHTS = (
    "SELECT (id, username, full_name, preferred_name, email, language, wants_email, last_login,"
    " password_mark)"
)
_SIGN_IN = ("accounts", "admin", "auth", "contenttypes", "sessions")


def email_grants(role: str) -> tuple[TableGrant, ...]:
    """Rights of the role that writes emails to people."""
    return (
        TableGrant(role=role, tables=("accounts_user",), rights=_EMAIL_RIGHTS),
        TableGrant(role=role, tables=("accounts_previousemail",), rights=READ),
    )


def sign_in_grant(role: str) -> TableGrant:
    """Rights of the role whose pages people sign in at, Django's own tables included."""
    tables = sorted(table for app in _SIGN_IN for table in tables_of(app))
    return TableGrant(role=role, tables=tuple(tables), rights=WRITE)
