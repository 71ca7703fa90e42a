"""Sign-in is paused and resumed in one action. Staff still sign in, and sessions go on."""

from django.utils.translation import gettext_lazy as _

from project.accounts.models import SignInPause, User
from project.events.reasons import Reason
from project.web.errors.base import Refusal
from project.web.notices import Notice

RETRY_SECONDS = 60
_NOTICE = _("Sign-in is paused at the moment. Whoever is signed in can go on.")


def refuse_while_paused(person: User) -> None:
    """Raise Refusal if sign-in is paused for this person, whose password was right."""
    if not person.is_staff and SignInPause.objects.exists():
        extra = {"retry_after": RETRY_SECONDS}
        raise Refusal(Reason.PAUSED, text=Reason.SIGN_IN_PAUSED, extra=extra)


def load_notices() -> list[Notice]:
    """What every page says meanwhile."""
    return [Notice(text=_NOTICE)] if SignInPause.objects.exists() else []
