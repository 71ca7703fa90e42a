"""What the states of an item mean, in words."""

from project.events.sentences import Translate
from project.events.vocabulary import AuthorisationOutcome, ItemState


def _(text: str) -> str:
    return text


# States and outcomes inside a sentence.
LABELS: dict[str, str] = {
    ItemState.SEATED: _("seated"),
    ItemState.WAITLISTED: _("waitlisted"),
    ItemState.AUTHORISED: _("authorised"),
    AuthorisationOutcome.DECLINED: _("declined"),
    ItemState.CONFIRMED: _("confirmed"),
    ItemState.REFUSED: _("refused"),
    ItemState.DROPPED: _("dropped"),
    ItemState.EXPIRED: _("expired"),
}

# A state that changes without the student is its own reason: a sentence, and what follows.
MEANINGS: dict[ItemState, tuple[str, str]] = {
    ItemState.PENDING: (
        _("Your request is in line; seats are assigned in the order requests arrive."),
        "",
    ),
    ItemState.SEATED: (_("A seat is yours once the fee is authorised."), ""),
    ItemState.AUTHORISED: (_("Seat and fee are ready; the confirmation comes next."), ""),
    ItemState.WAITLISTED: (
        _("Every seat is taken; you are on the waitlist."),
        _("A free seat goes to the first on the waitlist."),
    ),
    ItemState.OFFERED: (_("A seat came free: it is yours once the fee is authorised."), ""),
}


def state_label(state: str, translate: Translate) -> str:
    """The state as a word inside a sentence."""
    return translate(LABELS[state])
