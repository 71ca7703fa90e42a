"""Sessions: stored in PostgreSQL, cached in Redis, as in Django."""

import re

from django.contrib.sessions.backends import cached_db

_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(cached_db.SessionStore):
    """Django's, but only for keys that it could have made itself: some others PostgreSQL refuses as
    text."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and _KEY.fullmatch(key) is not None
