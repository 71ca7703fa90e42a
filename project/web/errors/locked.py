"""A request waits briefly for a lock of another transaction, then asks the client to retry."""

from project.events.reasons import Reason
from project.web.errors.base import Refusal

RETRY_AFTER_SECONDS = 2


def busy() -> Refusal:
    """The refusal of a request that could not get a lock in time. Nothing of it was stored."""
    return Refusal(Reason.BUSY, extra={"retry_after": RETRY_AFTER_SECONDS})
