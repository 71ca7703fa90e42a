"""A full sentence for every code, and what would change the answer.

`_` only marks a text for `makemessages`; the caller's `translate` turns it into a language.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads: the `sentence`, and the `fix` where there is one."""

    sentence: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence with its values, in no language yet."""

    text: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list within a sentence, in no language yet; `joint` is one of the ways below."""

    parts: Sequence[object]
    joint: str


DOOR: dict[str, Words] = {
    "malformed": Words(
        "{fault}", _('Send JSON like {{"sections": [1, 2], "mode": "all", "on_full": "queue"}}.')
    ),
    "too_many_sections": Words(
        _("One request takes at most {limit} sections; this one has {count}."),
        _("Send several requests."),
    ),
    "idempotency_key_missing": Words(
        _("The request has no usable Idempotency-Key header."),
        _(
            "Send a fresh random key of 1 to 200 visible ASCII characters with every new request, "
            "and the same one when you repeat it."
        ),
    ),
    "idempotency_key_reused": Words(
        _("This Idempotency-Key came with a different request before."),
        _("Use a new key for a new request."),
    ),
    "still_processing": Words(
        _("A request with this Idempotency-Key is being processed right now."),
        _("Repeat the request with the same key after the time in Retry-After."),
    ),
    "not_a_student": Words(
        _("Only students can register, and this account is not an active student's."),
        _("Ask the registry to admit you as a student."),
    ),
    "block": Words(
        _("A block on you stops every registration: {reasons}"),
        _("Settle the matter with the registry; it lifts the block."),
    ),
    "unknown_section": Words(
        _("There is no such section: {names}."), _("Choose sections from /api/v1/sections/.")
    ),
    "several_terms": Words(
        _("The sections belong to different terms."), _("Send one request for each term.")
    ),
    "closed_section": Words(_("Not open for registration: {names}."), _("Choose an open section.")),
    "window": Words(
        _("Your registration window for this term has not been set."),
        _("Ask the registry when yours opens."),
    ),
    "window_opens": Words(
        _("Your registration window for this term opens at {instant}."),
        _("Come back then."),
    ),
    "window_closed": Words(
        _("Your registration window for this term closed at {instant}."),
        _("Ask the registry for a new window."),
    ),
    "already_registered": Words(
        _("You already have, or ask twice for, {names}."), _("Leave out what you have already.")
    ),
    "clash": Words(
        _("Meetings overlap: {names}."), _("Choose sections that meet at other times, or drop one.")
    ),
    "credit_limit": Words(
        _("{asked} more credits would make {total}; your limit is {limit}."),
        _("Ask for {over} credits less, or drop something."),
    ),
    "prerequisites": Words(
        _("A requirement is not met: {names}."), _("Pass the required modules first.")
    ),
    "plan_full": Words(
        _("A plan takes at most {limit} sections."),
        _("Send this one first, or take something out of it."),
    ),
    "plan_changed": Words(
        _("Your plan was changed meanwhile, perhaps in another tab, so nothing was sent."),
        _("Look at it once more, and send it then."),
    ),
    "drop_over": Words(
        _("Sections of this term could be dropped until {instant}."),
        _("Ask the registry if you have to leave it all the same."),
    ),
    "already_ended": Words(
        _("This item is over already: it is {state}."), _("Nothing needs doing.")
    ),
}

REASONS: dict[str, Words] = {
    # said by the seats' writer, or at the deadline
    "full": Words(_("Every seat is taken."), _("Ask to be queued, or choose another section.")),
    "closed_section": Words(_("The section is not open any more."), _("Choose another section.")),
    "unknown_section": Words(
        _("The section does not exist any more."), _("Choose another section.")
    ),
    "already_registered": Words(
        _("You have this section or another one of its module already."), _("Nothing needs doing.")
    ),
    "deadline": Words(
        _("Registration for the term is over, so no waitlist moves any more. Nothing was charged."),
        _("Ask the registry if you still need a seat."),
    ),
    "together": Words(
        _("You asked for all or nothing, and another section of this request could not be had."),
        _('Leave that section out, or ask with mode "any".'),
    ),
    # said by payments
    "account_limit": Words(
        _("The fee would take your account over its limit."), _("Pay off a part of your account.")
    ),
    "no_rate": Words(
        _("No fee is set for your programme yet."), _("Ask the bursar to set the fee.")
    ),
    # said when a queued student's turn came
    "inactive": Words(
        _("Your account was not active when your turn came."), _("Ask the registry about it.")
    ),
    "block": Words(_("A block was on you when your turn came."), _("Settle it with the registry.")),
    "ended": Words(_("It was over before its turn came.")),
    # said of what the student or the clock did
    "wished": Words(_("You gave it up before it was answered.")),
    "given_up": Words(_("You dropped it.")),
    "no_refund": Words(_("You dropped it after the refund deadline, so its fee is not paid back.")),
    "late": Words(_("There was no answer in time, so the seat went on."), _("Send a new request.")),
    # said while it goes on
    "pending": Words(_("Your request is in line; places are given in the order of the line.")),
    "seated": Words(_("A seat is yours once the fee is authorised.")),
    "authorised": Words(_("Seat and fee are ready; the confirmation comes next.")),
    "queued": Words(
        _("Every seat is taken; you are in the queue."),
        _("A seat that comes free goes to the first in the queue."),
    ),
    "offered": Words(_("Your turn has come: a seat is yours once the fee is authorised.")),
}

# Why who waits in a queue was passed over, or why nobody in it is moved up.
STILL_QUEUED: dict[str, Words] = {
    "clash": Words(
        _(
            "A seat came free and went to the next: the section meets at the same time as one you "
            "have. You keep your place in the queue."
        ),
        _("Drop the other one, and the next free seat can be yours."),
    ),
    "credit_limit": Words(
        _(
            "A seat came free and went to the next: it would have taken you over your credit "
            "limit. You keep your place in the queue."
        ),
        _("Drop something, and the next free seat can be yours."),
    ),
    "closed_section": Words(
        _("The section was closed, so nobody is moved up now. You keep your place in the queue."),
        _("If it opens again, the queue moves on."),
    ),
}

# States and outcomes inside a sentence.
STATES = {
    "seated": _("seated"),
    "queued": _("queued"),
    "authorised": _("authorised"),
    "declined": _("declined"),
    "confirmed": _("confirmed"),
    "refused": _("refused"),
    "dropped": _("dropped"),
    "expired": _("expired"),
}
OTHER_REASON = _("It was refused ({code}).")

# What a list at the door is of, and how a list goes on.
PAIR = _("{one} with {other}")
NEED = _("{name} needs {any_of}")
COMMA = _("{listed}, {following}")
SEMICOLON = _("{listed}; {following}")
OR = _("{listed} or {following}")


def words_for(code: str, translate: Translate, **facts: object) -> Words:
    """Sentence and fix of a problem at the door, with `facts` filled in."""
    words = DOOR[code]
    values = {name: _in_language(value, translate) for name, value in facts.items()}
    return Words(translate(words.sentence).format(**values), translate(words.fix).format(**values))


def _in_language(value: object, translate: Translate) -> object:
    if isinstance(value, Phrase):
        values = {name: _in_language(part, translate) for name, part in value.values.items()}
        return translate(value.text).format(**values)
    if isinstance(value, Listing):
        parts = (str(_in_language(part, translate)) for part in value.parts)
        return list_said(parts, value.joint, translate)
    return value


def words_of_reason(code: str, translate: Translate, *, is_queued: bool = False) -> Words:
    """Sentence and fix of the code on an item. An unknown code speaks for itself."""
    words = (STILL_QUEUED if is_queued else REASONS).get(code)
    if words is None:
        return Words(translate(OTHER_REASON).format(code=code))
    # An empty text has no translation: catalogues keep their own data under it.
    return Words(translate(words.sentence), words.fix and translate(words.fix))


def state_said(state: str, translate: Translate) -> str:
    """The state as a word inside a sentence."""
    return translate(STATES[state])


def list_said(parts: Iterable[str], joint: str, translate: Translate) -> str:
    """The parts as one text; `joint` is one of the ways above."""
    said = ""
    for part in parts:
        said = translate(joint).format(listed=said, following=part) if said else part
    return said
