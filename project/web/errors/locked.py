"""What another transaction holds is waited for briefly; then whoever wants it comes again."""

from django.utils.translation import gettext

from project.web.errors.base import Refusal

RETRY_AFTER_SECONDS = 2


def busy() -> Refusal:
    """The refusal of a request that met such a lock. Nothing of it was stored."""
    return Refusal(
        "busy",
        gettext("Another change to the same record is still being made. Nothing was changed."),
        fix=gettext("Try again in a few seconds."),
        retry_after=RETRY_AFTER_SECONDS,
    )
