"""What has happened to a registration, in words, and where its items stand by what was said.

`_` only marks a text for `makemessages`; the caller's `translate` turns it into a language.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.messages.fact import Fact
from project.messages.modules import SeatOffered, SeatsDecided, SeatsReleased
from project.messages.notifications import Announced
from project.messages.payments import Authorised, Captured, Refunded, Voided
from project.messages.registration import (
    Considered,
    Dropped,
    DropWished,
    Expired,
    QueueHalted,
    Refused,
    Settled,
    Submitted,
)
from registration.rules.words import COMMA, SEMICOLON, Translate, list_said, state_said

Names = Mapping[int, str]
Told = tuple[str, str]


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Speaks a language, and knows what the sections are called."""

    names: Names
    translate: Translate

    def say(self, text: str, **facts: str) -> str:
        """The text with `facts` filled in."""
        return self.translate(text).format(**facts)

    def sections(self, sections: Iterable[int]) -> str:
        """These sections, listed."""
        return list_said(map(self._section, sections), COMMA, self.translate)

    def outcomes(self, items: Sequence[Any], field: str, values: Sequence[str]) -> str:
        """Which items came to which of these values."""
        parts = [text for value in values if (text := self._outcome(items, field, value))]
        text = list_said(parts, SEMICOLON, self.translate)
        return text[:1].upper() + text[1:]

    def _section(self, section: int) -> str:
        return self.names.get(section) or self.say(_("section {number}"), number=str(section))

    def _outcome(self, items: Sequence[Any], field: str, value: str) -> str:
        named = self.sections(item.section for item in items if getattr(item, field) == value)
        outcome = state_said(value, self.translate)
        return (
            self.say(_("{outcome}: {sections}"), outcome=outcome, sections=named) if named else ""
        )


def told(fact: Fact, names: Names, translate: Translate) -> Told | None:
    """One word and one sentence for the fact; None where it says nothing new to its student."""
    tell = _TELLERS.get(type(fact))
    return tell(fact, Voice(names=names, translate=translate)) if tell else None


def standing(*, state: str, section: int, facts: Iterable[Fact]) -> str:
    """The item's state with what the seats and the money have said meanwhile.

    `state` is the item's own; pending becomes queued, seated or authorised, and offered becomes
    authorised, as soon as the facts say so.
    """
    if state not in ("pending", "offered"):
        return state
    for fact in facts:
        if isinstance(fact, SeatsDecided) and state == "pending":
            state = _seat_of(fact, section) or state
        elif isinstance(fact, Authorised) and state in ("seated", "offered"):
            state = _money_of(fact, section) or state
    return state


def _seat_of(fact: SeatsDecided, section: int) -> str:
    outcomes = (item.outcome for item in fact.items if item.section == section)
    return next((outcome for outcome in outcomes if outcome in ("seated", "queued")), "")


def _money_of(fact: Authorised, section: int) -> str:
    outcomes = (item.outcome for item in fact.items if item.section == section)
    return "authorised" if "authorised" in outcomes else ""


def _all_of(fact: Any, voice: Voice) -> str:
    return voice.sections(item.section for item in fact.items)


def _submitted(fact: Submitted, voice: Voice) -> Told:
    return "submitted", voice.say(_("You asked for {sections}."), sections=_all_of(fact, voice))


def _decided(fact: SeatsDecided, voice: Voice) -> Told:
    outcomes = voice.outcomes(fact.items, "outcome", ("seated", "queued", "refused"))
    return "seats_decided", voice.say(_("Your turn in line came. {outcomes}."), outcomes=outcomes)


def _offer(fact: SeatOffered, voice: Voice) -> Told:
    section = voice.sections([fact.section])
    return "seat_offered", voice.say(_("A seat came free for you in {section}."), section=section)


def _considered(fact: Considered, voice: Voice) -> Told:
    fits = _("{section} fits your schedule and credits.")
    fits_not = _("The seat in {section} could not be given to you.")
    passed_over = _("The seat in {section} went to the next; you keep your place in the queue.")
    texts = {"offered": fits, "passed_over": passed_over}
    text = texts.get(fact.outcome, fits_not)
    return "considered", voice.say(text, section=voice.sections([fact.section]))


def _halted(fact: QueueHalted, voice: Voice) -> Told:
    closed = _("{section} was closed: nobody is moved up from its queue.")
    resumed = _("{section} is open again: its queue moves on.")
    text = resumed if fact.resumed else closed
    return "queue_halted", voice.say(text, section=voice.sections([fact.section]))


def _authorised(fact: Authorised, voice: Voice) -> Told:
    outcomes = voice.outcomes(fact.items, "outcome", ("authorised", "declined"))
    return "fee_decided", voice.say(_("The fee was checked. {outcomes}."), outcomes=outcomes)


def _settled(fact: Settled, voice: Voice) -> Told:
    states = ("confirmed", "queued", "refused", "dropped")
    outcomes = voice.outcomes(fact.items, "state", states)
    return "answered", voice.say(_("Answered. {outcomes}."), outcomes=outcomes)


def _wished(fact: DropWished, voice: Voice) -> Told:
    section = voice.sections([fact.section])
    return "drop_wished", voice.say(_("You gave up {section} before its answer."), section=section)


def _dropped(fact: Dropped, voice: Voice) -> Told:
    return "dropped", voice.say(_("Dropped: {sections}."), sections=_all_of(fact, voice))


def _refused(fact: Refused, voice: Voice) -> Told:
    text = _("Refused: {sections}. What was taken goes back.")
    return "refused", voice.say(text, sections=_all_of(fact, voice))


def _expired(fact: Expired, voice: Voice) -> Told:
    text = _("No answer in time for {sections}; the seat goes on.")
    return "expired", voice.say(text, sections=_all_of(fact, voice))


def _released(fact: SeatsReleased, voice: Voice) -> Told | None:
    listed = voice.sections(item.section for item in fact.items if item.was != "nothing")
    text = _("Seat or place given back: {sections}.")
    return ("released", voice.say(text, sections=listed)) if listed else None


def _captured(fact: Captured, voice: Voice) -> Told:
    text = _("The fee was charged for {sections}.")
    return "fee_charged", voice.say(text, sections=_all_of(fact, voice))


def _voided(fact: Voided, voice: Voice) -> Told | None:
    listed = voice.sections(item.section for item in fact.items if item.amount)
    text = _("The fee is no longer reserved for {sections}.")
    return ("fee_released", voice.say(text, sections=listed)) if listed else None


def _refunded(fact: Refunded, voice: Voice) -> Told:
    text = _("The fee was paid back for {sections}.")
    return "fee_refunded", voice.say(text, sections=_all_of(fact, voice))


def _announced(fact: Announced, voice: Voice) -> Told:
    return "announced", voice.say(_("You were told in your inbox."))


_TELLERS: dict[type[Fact], Callable[[Any, Voice], Told | None]] = {
    Submitted: _submitted,
    SeatsDecided: _decided,
    SeatOffered: _offer,
    Considered: _considered,
    QueueHalted: _halted,
    Authorised: _authorised,
    Settled: _settled,
    DropWished: _wished,
    Dropped: _dropped,
    Refused: _refused,
    Expired: _expired,
    SeatsReleased: _released,
    Captured: _captured,
    Voided: _voided,
    Refunded: _refunded,
    Announced: _announced,
}
