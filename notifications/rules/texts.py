"""The texts of announcements and emails: full sentences, rendered when they are read.

`_` only marks a text for `makemessages`; the caller's `translate` turns it into a language.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from project.events.notifications import AnnouncedItem
from project.events.vocabulary import AnnouncementKind, ItemState

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


NO_REFUND = "no_refund"
STUDENT_LEFT = "student_left"
SUBJECTS: dict[str, str] = {
    AnnouncementKind.DECIDED: _("Your registration: what you got"),
    AnnouncementKind.MOVED_UP: _("You moved up: a seat is yours"),
    AnnouncementKind.DROPPED: _("You dropped a course module"),
    AnnouncementKind.LEFT: _("Your studies have ended: what you had was dropped"),
    AnnouncementKind.REFUSED: _("A seat came free, but you could not have it"),
    AnnouncementKind.EXPIRED: _("Your request was not processed in time"),
    AnnouncementKind.PASSED_OVER: _("A seat came free, but it could not be yours yet"),
    AnnouncementKind.WAITLIST_HALTED: _("A section you wait for was closed"),
    AnnouncementKind.WAITLIST_RESUMED: _("A section you wait for is open again"),
    AnnouncementKind.WAITLIST_CLOSED: _("The waitlist is closed: the deadline has passed"),
    AnnouncementKind.SECTION_MOVED: _("A section of yours has changed"),
}

OTHER_SUBJECT = _("Update on your registration")

CONFIRMED = _("You have a seat in %(section)s. The fee of %(amount)s is on your account.")
CONFIRMED_FREE = _("You have a seat in %(section)s. There is no fee.")
WAITLISTED = _("%(section)s is full. You are on its waitlist: a free seat goes to the first on it.")
# Whoever waits on, by the code of what has happened.
STILL_QUEUED = {
    "time_conflict": _(
        "A seat in %(section)s came free and went to the next on the waitlist: the section meets "
        "at the same time as one you have. You keep your place. Drop the other one, and the next "
        "free seat can be yours."
    ),
    "credit_limit": _(
        "A seat in %(section)s came free and went to the next on the waitlist: it would have taken "
        "you over your credit limit. You keep your place. Drop something, and the next free seat "
        "can be yours."
    ),
    "closed_section": _(
        "%(section)s was closed, so nobody is moved up from its waitlist now. You keep your place, "
        "and nothing is charged."
    ),
    "resumed": _("%(section)s is open again. You have kept your place on its waitlist."),
}
DROPPED = _("You dropped %(section)s.")
DROPPED_UNPAID = _(
    "You dropped %(section)s. The refund deadline has passed, so its fee is not paid back."
)
DROPPED_PAID = _("You dropped %(section)s. The fee of %(amount)s was paid back to your account.")
LEFT = _("Your studies here have ended, so %(section)s was dropped. Nothing is refunded.")
LEFT_PAID = _(
    "Your studies here have ended, so %(section)s was dropped. "
    "The fee of %(amount)s was paid back to your account."
)
EXPIRED = _(
    "Your request for %(section)s was not processed in time, so your seat was released. "
    "Nothing was charged. Please send a new request."
)
REFUSED = _("You did not get %(section)s. %(reason)s")

REASONS = {
    "full": _("Every seat is taken. Choose another section, or ask to be waitlisted."),
    "closed_section": _("It is not open any more. Choose another section."),
    "unknown_section": _("It does not exist any more. Choose another section."),
    "deadline": _(
        "Registration for the term is over, so no waitlist moves any more. Nothing was charged."
    ),
    "all_or_nothing": _(
        "You asked for all or nothing, and another section of your request could not be had."
    ),
    "account_limit": _(
        "Its fee would take your account over its limit. Pay off a part of it and ask again."
    ),
    "no_rate": _("No fee is set for your programme yet. Ask the bursar to set it."),
    "already_over": _("It had already ended when a seat came free."),
    "inactive": _("Your account was not active. Ask the registry about it."),
    "blocked": _("A block was on you. Settle the matter with the registry and ask again."),
    "already_registered": _("You have this course module already."),
    "time_conflict": _(
        "It meets at the same time as a section you have. Drop that one and ask again."
    ),
    "credit_limit": _(
        "It would have taken you over your credit limit. Drop something and ask again."
    ),
}
OTHER_REASON = _("The reason has the code %(code)s; the registry can tell you more.")

SECTION = _("section %(number)s")
GREETING = _("Dear %(name)s,")
MORE = _("Everything about your registrations is at %(site)s.")
GOODBYE = _("The registry")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailText:
    """A text in the reader's language."""

    subject: str
    body: str


def sentences(
    items: Sequence[AnnouncedItem], names: Mapping[int, str], translate: Translate
) -> list[str]:
    """One line of full sentences per item; a section without a name is named by its number."""
    return [_sentence(item, _name(item.section, names, translate), translate) for item in items]


def _name(section: int, names: Mapping[int, str], translate: Translate) -> str:
    return names.get(section) or translate(SECTION) % {"number": section}


def _sentence(item: AnnouncedItem, section: str, translate: Translate) -> str:
    values = {"section": section, "amount": money(item.amount)}
    if item.state == ItemState.REFUSED:
        values["reason"] = _reason(item.code, translate)
    return _capital(translate(_pattern(item)) % values)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _pattern(item: AnnouncedItem) -> str:
    if (item.state, item.code) == (ItemState.DROPPED, STUDENT_LEFT):
        return LEFT_PAID if item.amount else LEFT
    if (item.state, item.code) == (ItemState.DROPPED, NO_REFUND):
        return DROPPED_UNPAID
    by_state = {
        ItemState.CONFIRMED: CONFIRMED if item.amount else CONFIRMED_FREE,
        ItemState.WAITLISTED: STILL_QUEUED.get(item.code, WAITLISTED),
        ItemState.REFUSED: REFUSED,
        ItemState.DROPPED: DROPPED_PAID if item.amount else DROPPED,
        ItemState.EXPIRED: EXPIRED,
    }
    return by_state[item.state]


def _reason(code: str, translate: Translate) -> str:
    if code in REASONS:
        return translate(REASONS[code])
    return translate(OTHER_REASON) % {"code": code}


def money(amount: int) -> str:
    """An amount formatted for readers: 1,234.50."""
    return f"{amount / 100:,.2f}"


def subject(kind: str, translate: Translate) -> str:
    """The subject of an email of this kind."""
    return translate(SUBJECTS.get(kind, OTHER_SUBJECT))


def email_text(
    *, kind: str, lines: Sequence[str], reader: str, site: str, translate: Translate
) -> EmailText:
    """The whole email, in plain text."""
    parts = [
        translate(GREETING) % {"name": reader},
        *lines,
        translate(MORE) % {"site": site},
        translate(GOODBYE),
    ]
    return EmailText(subject=subject(kind, translate), body="\n\n".join(parts) + "\n")
