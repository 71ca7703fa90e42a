"""What every page says while registration for a term is paused."""

from django.utils.translation import gettext_lazy as _

from project.web.notices import Notice
from registration.selectors.terms import load_paused_terms

_PAUSED = _("Registration for %(term)s is paused at the moment. Waitlists keep their order.")


def load_pause_notices() -> list[Notice]:
    """One notice for each paused term."""
    return [Notice(text=_PAUSED, values={"term": term}) for term in load_paused_terms()]
