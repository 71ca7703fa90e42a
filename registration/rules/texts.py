"""A full sentence for every code, and what would change the answer.

`_` only marks a text for `makemessages`; the caller's `translate` turns it into a language.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from project.events.vocabulary import AuthorisationOutcome, ItemState

Translate = Callable[[str], str]


class FormatTime(Protocol):
    """How a time is written, in the zone and the language of its reader."""

    def __call__(self, moment: datetime, *, is_deadline: bool) -> str:
        """The time; a deadline at midnight belongs to the day that it ends."""


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads: the `sentence`, and the `fix` where there is one."""

    sentence: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence with its values, in no language yet."""

    text: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Instant:
    """A time within a sentence, in no zone and no language yet."""

    at: datetime
    is_deadline: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list within a sentence, in no language yet; `joint` is one of the ways below."""

    parts: Sequence[object]
    separator: str


SUBMISSION: dict[str, Text] = {
    "malformed": Text(
        "{fault}", _('Send JSON like {{"sections": [1, 2], "mode": "all", "on_full": "waitlist"}}.')
    ),
    "too_many_sections": Text(
        _("One request takes at most {limit} sections; this one has {count}."),
        _("Send several requests."),
    ),
    "idempotency_key_missing": Text(
        _("The request has no usable Idempotency-Key header."),
        _(
            "Send a fresh random key of 1 to 200 visible ASCII characters with every new request, "
            "and the same one when you repeat it."
        ),
    ),
    "idempotency_key_reused": Text(
        _("This Idempotency-Key came with a different request before."),
        _("Use a new key for a new request."),
    ),
    "still_processing": Text(
        _("A request with this Idempotency-Key is being processed right now."),
        _("Repeat the request with the same key after the time in Retry-After."),
    ),
    "not_a_student": Text(
        _("Only students can register, and this account is not an active student's."),
        _("Ask the registry to admit you as a student."),
    ),
    "blocked": Text(
        _("Your account is blocked from registering: {reasons}"),
        _("Settle the matter with the registry; it lifts the block."),
    ),
    "unknown_section": Text(
        _("There is no such section: {names}."), _("Choose sections from /api/v1/sections/.")
    ),
    "several_terms": Text(
        _("The sections belong to different terms."), _("Send one request for each term.")
    ),
    "closed_section": Text(_("Not open for registration: {names}."), _("Choose an open section.")),
    "window": Text(
        _("Your registration window for this term has not been set."),
        _("Ask the registry when yours opens."),
    ),
    "window_opens": Text(
        _("Your registration window for this term opens at {instant}."),
        _("Come back then."),
    ),
    "window_closed": Text(
        _("Your registration window for this term closed at {instant}."),
        _("Ask the registry for a new window."),
    ),
    "already_registered": Text(
        _("You already have, or ask twice for, {names}."), _("Leave out what you have already.")
    ),
    "time_conflict": Text(
        _("Meetings overlap: {names}."), _("Choose sections that meet at other times, or drop one.")
    ),
    "credit_range": Text(
        _("The credits chosen are not possible: {names}."),
        _("Choose credits within the range."),
    ),
    "credit_limit": Text(
        _("{asked} more credits would make {total}; your limit is {limit}."),
        _("Ask for {over} credits less, or drop something."),
    ),
    "prerequisites": Text(
        _("A requirement is not met: {names}."), _("Pass the required modules first.")
    ),
    "credits_in_quarters": Text(
        _("“{names}” is no number of credits in quarters."),
        _("Write a number such as 3 or 3.5."),
    ),
    "plan_full": Text(
        _("A plan takes at most {limit} sections."),
        _("Send this one first, or take something out of it."),
    ),
    "plan_changed": Text(
        _("Your plan was changed meanwhile, perhaps in another tab, so nothing was sent."),
        _("Check it once more, then submit it."),
    ),
    "drop_over": Text(
        _("Sections of this term could be dropped until {instant}."),
        _("Ask the registry if you have to leave it all the same."),
    ),
    "already_ended": Text(
        _("This item is over already: it is {state}."), _("Nothing needs doing.")
    ),
}

REASONS: dict[str, Text] = {
    # said by the seats' writer, or at the deadline
    "full": Text(_("Every seat is taken."), _("Ask to be waitlisted, or choose another section.")),
    "closed_section": Text(_("The section is not open any more."), _("Choose another section.")),
    "unknown_section": Text(
        _("The section does not exist any more."), _("Choose another section.")
    ),
    "already_registered": Text(
        _("You have this section or another one of its module already."), _("Nothing needs doing.")
    ),
    "deadline": Text(
        _("Registration for the term is over, so no waitlist moves any more. Nothing was charged."),
        _("Ask the registry if you still need a seat."),
    ),
    "all_or_nothing": Text(
        _("You asked for all or nothing, and another section of this request could not be had."),
        _('Leave that section out, or ask with mode "any".'),
    ),
    # said by payments
    "account_limit": Text(
        _("The fee would take your account over its limit."), _("Pay off a part of your account.")
    ),
    "no_rate": Text(
        _("No fee is set for your programme yet."), _("Ask the bursar to set the fee.")
    ),
    # said when a waitlisted student's turn came
    "inactive": Text(
        _("Your account was not active when a seat came free for you."),
        _("Ask the registry about it."),
    ),
    "blocked": Text(
        _("Your account was blocked when a seat came free for you."),
        _("Settle it with the registry."),
    ),
    "already_over": Text(_("It had already ended when a seat came free.")),
    # said of what the student or the clock did
    "drop_requested": Text(_("You dropped it before it was decided.")),
    "dropped_by_student": Text(_("You dropped it.")),
    "student_left": Text(_("It was dropped because your studies here have ended.")),
    "no_refund": Text(_("You dropped it after the refund deadline, so its fee is not paid back.")),
    "not_decided_in_time": Text(
        _("Your request was not processed in time, so your seat was released."),
        _("Send a new request."),
    ),
    # said while it goes on
    ItemState.PENDING: Text(
        _("Your request is in line; seats are assigned in the order requests arrive.")
    ),
    ItemState.SEATED: Text(_("A seat is yours once the fee is authorised.")),
    ItemState.AUTHORISED: Text(_("Seat and fee are ready; the confirmation comes next.")),
    ItemState.WAITLISTED: Text(
        _("Every seat is taken; you are on the waitlist."),
        _("A free seat goes to the first on the waitlist."),
    ),
    ItemState.OFFERED: Text(_("A seat came free: it is yours once the fee is authorised.")),
}

# Why who waits in a queue was passed over, or why nobody in it is moved up.
STILL_QUEUED: dict[str, Text] = {
    "time_conflict": Text(
        _(
            "A seat came free and went to the next: the section meets at the same time as one you "
            "have. You keep your place on the waitlist."
        ),
        _("Drop the other one, and the next free seat can be yours."),
    ),
    "credit_limit": Text(
        _(
            "A seat came free and went to the next: it would have taken you over your credit "
            "limit. You keep your place on the waitlist."
        ),
        _("Drop something, and the next free seat can be yours."),
    ),
    "closed_section": Text(
        _(
            "The section was closed, so nobody is moved up now. "
            "You keep your place on the waitlist."
        ),
        _("If it opens again, the waitlist moves on."),
    ),
}

# States and outcomes inside a sentence.
STATES: dict[str, str] = {
    ItemState.SEATED: _("seated"),
    ItemState.WAITLISTED: _("waitlisted"),
    ItemState.AUTHORISED: _("authorised"),
    AuthorisationOutcome.DECLINED: _("declined"),
    ItemState.CONFIRMED: _("confirmed"),
    ItemState.REFUSED: _("refused"),
    ItemState.DROPPED: _("dropped"),
    ItemState.EXPIRED: _("expired"),
}
OTHER_REASON = _("It was refused ({code}).")

# What a list at the door is of, and how a list goes on.
PAIR = _("{one} with {other}")
NEED = _("{name} needs {any_of}")
CREDITS = _("{name} has {credits} credits")
COMMA = _("{listed}, {following}")
SEMICOLON = _("{listed}; {following}")
OR = _("{listed} or {following}")


def text_for(code: str, translate: Translate, **values: object) -> Text:
    """Sentence and fix of a problem at the door, with `values` filled in."""
    words = SUBMISSION[code]
    filled = {name: _in_language(value, translate) for name, value in values.items()}
    return Text(translate(words.sentence).format(**filled), translate(words.fix).format(**filled))


def _in_language(value: object, translate: Translate) -> object:
    if isinstance(value, Phrase):
        values = {name: _in_language(part, translate) for name, part in value.values.items()}
        return translate(value.text).format(**values)
    if isinstance(value, Listing):
        parts = (str(_in_language(part, translate)) for part in value.parts)
        return join_list(parts, value.separator, translate)
    return value


def text_for_reason(code: str, translate: Translate, *, is_waitlisted: bool = False) -> Text:
    """Sentence and fix of the code on an item. An unknown code speaks for itself."""
    words = (STILL_QUEUED if is_waitlisted else REASONS).get(code)
    if words is None:
        return Text(translate(OTHER_REASON).format(code=code))
    # An empty text has no translation: catalogues keep their own data under it.
    return Text(translate(words.sentence), words.fix and translate(words.fix))


def state_label(state: str, translate: Translate) -> str:
    """The state as a word inside a sentence."""
    return translate(STATES[state])


def join_list(parts: Iterable[str], separator: str, translate: Translate) -> str:
    """The parts as one text; `joint` is one of the ways above."""
    said = ""
    for part in parts:
        said = translate(separator).format(listed=said, following=part) if said else part
    return said
