"""When a letter that could not be sent is tried again."""

CEILING_SECONDS = 3600


def wait_seconds(attempts: int) -> int:
    """How long to wait after so many tries: it doubles, up to an hour."""
    return int(min(5 * 2 ** min(attempts, 12), CEILING_SECONDS))
