"""The Message-ID of an email, and when an unsent one is tried again."""

CEILING_SECONDS = 3600


def message_id(event_id: int, about: str, *, sender: str) -> str:
    """The Message-ID of the email of an event: always the same."""
    return f"<{event_id}.{about}@{sender.rpartition('@')[2].rstrip('>')}>"


def wait_seconds(attempts: int) -> int:
    """How long to wait after that many tries: it doubles, up to an hour."""
    return int(min(5 * 2 ** min(attempts, 12), CEILING_SECONDS))
