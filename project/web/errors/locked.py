"""A request waits briefly for a lock of another transaction, then asks the client to retry."""

from django.utils.translation import gettext

from project.web.errors.base import Refusal

RETRY_AFTER_SECONDS = 2


def busy() -> Refusal:
    """The refusal of a request that could not get a lock in time. Nothing of it was stored."""
    return Refusal(
        "busy",
        gettext("Another change to the same record is still being made. Nothing was changed."),
        fix=gettext("Try again in a few seconds."),
        retry_after=RETRY_AFTER_SECONDS,
    )
