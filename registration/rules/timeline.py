"""History to a registration, in words, and where its items stand by what was stored.

`_` only marks a text for `makemessages`; the caller's `translate` turns it into a language.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.events.base import Event
from project.events.modules import SeatOffered, SeatsDecided, SeatsReleased
from project.events.notifications import Announced
from project.events.payments import Authorised, Captured, Refunded, Voided
from project.events.registration import (
    Decided,
    Dropped,
    DropRequested,
    Expired,
    OfferEvaluated,
    Refused,
    SectionsMoved,
    Submitted,
    WaitlistHalted,
)
from project.events.sentences import COMMA, SEMICOLON, Translate, join_list
from project.events.vocabulary import (
    UNDECIDED_STATES,
    AuthorisationOutcome,
    DropKind,
    ItemState,
    OfferOutcome,
    Released,
    SeatOutcome,
)
from registration.rules.state_text import state_label

Names = Mapping[int, str]
Description = tuple[str, str]


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Describer:
    """Speaks a language, and knows what the sections are called."""

    names: Names
    translate: Translate

    def format(self, text: str, **values: str) -> str:
        """The text with `values` filled in."""
        return self.translate(text).format(**values)

    def sections(self, sections: Iterable[int]) -> str:
        """These sections, listed."""
        return join_list(map(self._section, sections), COMMA, self.translate)

    def outcomes(self, items: Sequence[Any], field: str, values: Sequence[str]) -> str:
        """Which items came to which of these values."""
        parts = [text for value in values if (text := self._outcome(items, field, value))]
        text = join_list(parts, SEMICOLON, self.translate)
        return text[:1].upper() + text[1:]

    def _section(self, section: int) -> str:
        return self.names.get(section) or self.format(_("section {number}"), number=str(section))

    def _outcome(self, items: Sequence[Any], field: str, value: str) -> str:
        named = self.sections(item.section for item in items if getattr(item, field) == value)
        outcome = state_label(value, self.translate)
        return (
            self.format(_("{outcome}: {sections}"), outcome=outcome, sections=named)
            if named
            else ""
        )


def describe(event: Event, names: Names, translate: Translate) -> Description | None:
    """One word and one sentence for the event; None where it says nothing new to its student."""
    tell = _DESCRIBERS.get(type(event))
    return tell(event, Describer(names=names, translate=translate)) if tell else None


def effective_state(*, state: ItemState, section: int, events: Iterable[Event]) -> ItemState:
    """The item's state with what the seats and the money became meanwhile.

    `state` is the item's own; pending becomes waitlisted, seated or authorised, and offered becomes
    authorised, as soon as the events say so.
    """
    if state not in UNDECIDED_STATES:
        return state
    for event in events:
        if isinstance(event, SeatsDecided) and state == ItemState.PENDING:
            state = _seat_of(event, section) or state
        elif isinstance(event, Authorised) and state in _AWAITING_MONEY:
            state = _money_of(event, section) or state
    return state


def is_charged(*, section: int, events: Iterable[Event]) -> bool:
    """Whether the item's fee was captured."""
    captured = (event for event in events if isinstance(event, Captured))
    return any(item.section == section for event in captured for item in event.items)


_AWAITING_MONEY = (ItemState.SEATED, ItemState.OFFERED)


def _seat_of(event: SeatsDecided, section: int) -> ItemState | None:
    outcomes = (item.outcome for item in event.items if item.section == section)
    taken = (ItemState(outcome) for outcome in outcomes if outcome != SeatOutcome.REFUSED)
    return next(taken, None)


def _money_of(event: Authorised, section: int) -> ItemState | None:
    outcomes = (item.outcome for item in event.items if item.section == section)
    return ItemState.AUTHORISED if AuthorisationOutcome.AUTHORISED in outcomes else None


def _all_of(event: Any, describer: Describer) -> str:
    return describer.sections(item.section for item in event.items)


def _submitted(event: Submitted, describer: Describer) -> Description:
    return "submitted", describer.format(
        _("You asked for {sections}."), sections=_all_of(event, describer)
    )


def _seats_decided(event: SeatsDecided, describer: Describer) -> Description:
    outcomes = describer.outcomes(event.items, "outcome", tuple(SeatOutcome))
    return "seats_decided", describer.format(
        _("Your request was processed. {outcomes}."), outcomes=outcomes
    )


def _offer(event: SeatOffered, describer: Describer) -> Description:
    section = describer.sections([event.section])
    return "seat_offered", describer.format(
        _("A seat came free for you in {section}."), section=section
    )


def _considered(event: OfferEvaluated, describer: Describer) -> Description:
    fits = _("{section} fits your schedule and credits.")
    fits_not = _("The seat in {section} could not be given to you.")
    passed_over = _("The seat in {section} went to the next; you keep your place on the waitlist.")
    texts = {OfferOutcome.OFFERED: fits, OfferOutcome.PASSED_OVER: passed_over}
    text = texts.get(event.outcome, fits_not)
    return "considered", describer.format(text, section=describer.sections([event.section]))


def _halted(event: WaitlistHalted, describer: Describer) -> Description:
    closed = _("{section} was closed: nobody is moved up from its waitlist.")
    resumed = _("{section} is open again: its waitlist moves on.")
    text = resumed if event.resumed else closed
    return "waitlist_halted", describer.format(text, section=describer.sections([event.section]))


def _moved(event: SectionsMoved, describer: Describer) -> Description:
    text = _("{sections} was moved, or renamed.")
    return "moved", describer.format(text, sections=_all_of(event, describer))


def _authorised(event: Authorised, describer: Describer) -> Description:
    outcomes = describer.outcomes(event.items, "outcome", tuple(AuthorisationOutcome))
    return "fee_decided", describer.format(_("The fee was checked. {outcomes}."), outcomes=outcomes)


_DECIDED = (ItemState.CONFIRMED, ItemState.WAITLISTED, ItemState.REFUSED, ItemState.DROPPED)


def _decided(event: Decided, describer: Describer) -> Description:
    outcomes = describer.outcomes(event.items, "state", _DECIDED)
    return "decided", describer.format(_("Decided. {outcomes}."), outcomes=outcomes)


def _wished(event: DropRequested, describer: Describer) -> Description:
    section = describer.sections([event.section])
    return "drop_requested", describer.format(
        _("You dropped {section} before it was decided."), section=section
    )


def _dropped(event: Dropped, describer: Describer) -> Description:
    by_registry = _("Dropped by the registry: {sections}.")
    text = by_registry if event.kind == DropKind.REGISTRY else _("Dropped: {sections}.")
    return "dropped", describer.format(text, sections=_all_of(event, describer))


def _refused(event: Refused, describer: Describer) -> Description:
    text = _("Refused: {sections}. What was taken goes back.")
    return "refused", describer.format(text, sections=_all_of(event, describer))


def _expired(event: Expired, describer: Describer) -> Description:
    text = _("{sections} was not processed in time; the seat was released.")
    return "expired", describer.format(text, sections=_all_of(event, describer))


def _released(event: SeatsReleased, describer: Describer) -> Description | None:
    listed = describer.sections(
        item.section for item in event.items if item.was != Released.NOTHING
    )
    text = _("Seat or waitlist place released: {sections}.")
    return ("released", describer.format(text, sections=listed)) if listed else None


def _captured(event: Captured, describer: Describer) -> Description:
    text = _("The fee was charged for {sections}.")
    return "fee_charged", describer.format(text, sections=_all_of(event, describer))


def _voided(event: Voided, describer: Describer) -> Description | None:
    listed = describer.sections(item.section for item in event.items if item.amount)
    text = _("The fee is no longer reserved for {sections}.")
    return ("fee_released", describer.format(text, sections=listed)) if listed else None


def _refunded(event: Refunded, describer: Describer) -> Description:
    text = _("The fee was refunded for {sections}.")
    return "fee_refunded", describer.format(text, sections=_all_of(event, describer))


def _announced(event: Announced, describer: Describer) -> Description:
    return "announced", describer.format(_("We sent you a message."))


_DESCRIBERS: dict[type[Event], Callable[[Any, Describer], Description | None]] = {
    Submitted: _submitted,
    SeatsDecided: _seats_decided,
    SeatOffered: _offer,
    OfferEvaluated: _considered,
    WaitlistHalted: _halted,
    SectionsMoved: _moved,
    Authorised: _authorised,
    Decided: _decided,
    DropRequested: _wished,
    Dropped: _dropped,
    Refused: _refused,
    Expired: _expired,
    SeatsReleased: _released,
    Captured: _captured,
    Voided: _voided,
    Refunded: _refunded,
    Announced: _announced,
}
