"""The texts of announcements and emails: full sentences, rendered when they are read.

`_` only marks a text for `makemessages`; the caller's `translate` turns it into a language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from project.events.notifications import AnnouncedItem
from project.events.reasons import ENDINGS, Reason, ReasonStage, explain
from project.events.sentences import Translate
from project.events.vocabulary import AnnouncementKind, ItemState


def _(text: str) -> str:
    return text


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
DROPPED = _("You dropped %(section)s.")
DROPPED_PAID = _("You dropped %(section)s. The fee of %(amount)s was paid back to your account.")
LEFT = _("Your studies here have ended, so %(section)s was dropped. Nothing is refunded.")
LEFT_PAID = _(
    "Your studies here have ended, so %(section)s was dropped. "
    "The fee of %(amount)s was paid back to your account."
)
REFUSED = _("You did not get %(section)s. %(reason)s")
OTHERWISE = _("%(section)s: %(reason)s")

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
    values = {
        "section": section,
        "amount": money(item.amount),
        "reason": _reason(item, translate),
    }
    return _capital(translate(_pattern(item)) % values)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _pattern(item: AnnouncedItem) -> str:
    if (item.state, item.code) == (ItemState.DROPPED, Reason.STUDENT_LEFT):
        return LEFT_PAID if item.amount else LEFT
    by_state = {
        ItemState.CONFIRMED: CONFIRMED if item.amount else CONFIRMED_FREE,
        ItemState.WAITLISTED: OTHERWISE if item.code else WAITLISTED,
        ItemState.REFUSED: REFUSED,
        ItemState.DROPPED: DROPPED_PAID if item.amount else DROPPED,
        ItemState.EXPIRED: OTHERWISE,
    }
    return OTHERWISE if item.code == Reason.NO_REFUND else by_state[item.state]


def _reason(item: AnnouncedItem, translate: Translate) -> str:
    """The reason in full, as pages say it."""
    if item.code is None:
        return ""
    stages = (ReasonStage.WAITLIST,) if item.state == ItemState.WAITLISTED else ENDINGS
    words = explain(item.code, *stages, translate=translate)
    return f"{words.sentence} {words.fix}".rstrip()


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
