"""A full sentence for every code, and what would change the answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads: the `sentence`, and the `fix` where there is one."""

    sentence: str
    fix: str = ""


DOOR: dict[str, Words] = {
    "malformed": Words(
        "{fault}",
        'Send JSON like {{"sections": [1, 2], "mode": "all", "on_full": "queue"}}.',
    ),
    "too_many_sections": Words(
        "One request takes at most {limit} sections; this one has {count}.",
        "Send several requests.",
    ),
    "idempotency_key_missing": Words(
        "The request has no usable Idempotency-Key header.",
        "Send a fresh random key of 1 to 200 visible ASCII characters with every new request, "
        "and the same one when you repeat it.",
    ),
    "idempotency_key_reused": Words(
        "This Idempotency-Key came with a different request before.",
        "Use a new key for a new request.",
    ),
    "still_processing": Words(
        "A request with this Idempotency-Key is being processed right now.",
        "Repeat the request with the same key after the time in Retry-After.",
    ),
    "not_a_student": Words(
        "Only students can register, and this account is not an active student's.",
        "Ask the registry to admit you as a student.",
    ),
    "block": Words(
        "A block on you stops every registration: {reasons}",
        "Settle the matter with the registry; it lifts the block.",
    ),
    "unknown_section": Words(
        "There is no such section: {names}.", "Choose sections from /api/v1/sections/."
    ),
    "several_terms": Words(
        "The sections belong to different terms.", "Send one request for each term."
    ),
    "closed_section": Words("Not open for registration: {names}.", "Choose an open section."),
    "window": Words("Your registration window for this term {state}.", "{advice}"),
    "already_registered": Words(
        "You already have, or ask twice for, {names}.", "Leave out what you have already."
    ),
    "clash": Words(
        "Meetings overlap: {names}.", "Choose sections that meet at other times, or drop one."
    ),
    "credit_limit": Words(
        "{asked} more credits would make {total}; your limit is {limit}.",
        "Ask for {over} credits less, or drop something.",
    ),
    "prerequisites": Words(
        "A requirement is not met: {names}.", "Pass the required modules first."
    ),
    "already_ended": Words("This item is over already: it is {state}.", "Nothing needs doing."),
}

REASONS: dict[str, Words] = {
    # said by the seats' writer
    "full": Words("Every seat is taken.", "Ask to be queued, or choose another section."),
    "closed_section": Words("The section is not open any more.", "Choose another section."),
    "unknown_section": Words("The section does not exist any more.", "Choose another section."),
    "already_registered": Words(
        "You have this section or another one of its module already.", "Nothing needs doing."
    ),
    "together": Words(
        "You asked for all or nothing, and another section of this request could not be had.",
        'Leave that section out, or ask with mode "any".',
    ),
    # said by payments
    "account_limit": Words(
        "The fee would take your account over its limit.", "Pay off a part of your account."
    ),
    "no_rate": Words("No fee is set for your programme yet.", "Ask the bursar to set the fee."),
    # said when a queued student's turn came
    "block": Words("A block was on you when your turn came.", "Settle it with the registry."),
    "clash": Words(
        "When your turn came, the section met at the same time as one you have.",
        "Drop the other one and ask again.",
    ),
    "credit_limit": Words(
        "When your turn came, the section would have taken you over your credit limit.",
        "Drop something and ask again.",
    ),
    "ended": Words("It was over before its turn came."),
    # said of what the student or the clock did
    "wished": Words("You gave it up before it was answered."),
    "given_up": Words("You dropped it."),
    "late": Words("There was no answer in time, so the seat went on.", "Send a new request."),
    # said while it goes on
    "pending": Words("Your request is in line; places are given in the order of the line."),
    "seated": Words("A seat is yours once the fee is authorised."),
    "authorised": Words("Seat and fee are ready; the confirmation comes next."),
    "queued": Words(
        "Every seat is taken; you are in the queue.",
        "A seat that comes free goes to the first in the queue.",
    ),
    "offered": Words("Your turn has come: a seat is yours once the fee is authorised."),
}


def words_for(code: str, **facts: object) -> Words:
    """Sentence and fix of a problem at the door, with `facts` filled in."""
    words = DOOR[code]
    return Words(words.sentence.format(**facts), words.fix.format(**facts))


def words_of_reason(code: str) -> Words:
    """Sentence and fix of the code on an item. An unknown code speaks for itself."""
    return REASONS.get(code) or Words(f"It was refused ({code}).")
