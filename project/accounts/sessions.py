"""Sessions: the truth in PostgreSQL, a copy in Redis, as Django keeps them."""

import re

from django.contrib.sessions.backends import cached_db

_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(cached_db.SessionStore):
    """Django's, for keys that it could have made itself: PostgreSQL refuses some others as text."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and _KEY.fullmatch(key) is not None
