"""What has happened to a registration, in words, and where its items stand by what was said."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    Refused,
    Settled,
    Submitted,
)

Names = Mapping[int, str]
Told = tuple[str, str]


def told(fact: Fact, names: Names) -> Told | None:
    """One word and one sentence for the fact; None where it says nothing new to its student."""
    tell = _TELLERS.get(type(fact))
    return tell(fact, names) if tell else None


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


def _listed(sections: Iterable[int], names: Names) -> str:
    return ", ".join(names.get(section, f"section {section}") for section in sections)


def _by(items: Sequence[Any], field: str, value: str, names: Names) -> str:
    return _listed((item.section for item in items if getattr(item, field) == value), names)


def _outcomes(items: Sequence[Any], field: str, values: Sequence[str], names: Names) -> str:
    parts = ((value, _by(items, field, value, names)) for value in values)
    text = "; ".join(f"{value}: {listed}" for value, listed in parts if listed)
    return text[:1].upper() + text[1:]


def _all_of(items: Sequence[Any], names: Names) -> str:
    return _listed((item.section for item in items), names)


def _submitted(fact: Submitted, names: Names) -> Told:
    return "submitted", f"You asked for {_all_of(fact.items, names)}."


def _decided(fact: SeatsDecided, names: Names) -> Told:
    outcomes = _outcomes(fact.items, "outcome", ("seated", "queued", "refused"), names)
    return "seats_decided", f"Your turn in line came. {outcomes}."


def _offer(fact: SeatOffered, names: Names) -> Told:
    return "seat_offered", f"A seat came free for you in {_listed([fact.section], names)}."


def _considered(fact: Considered, names: Names) -> Told:
    name = _listed([fact.section], names)
    if fact.outcome == "offered":
        return "considered", f"{name} fits your schedule and credits."
    return "considered", f"The seat in {name} could not be given to you."


def _authorised(fact: Authorised, names: Names) -> Told:
    outcomes = _outcomes(fact.items, "outcome", ("authorised", "declined"), names)
    return "fee_decided", f"The fee was checked. {outcomes}."


def _settled(fact: Settled, names: Names) -> Told:
    states = ("confirmed", "queued", "refused", "dropped")
    return "answered", f"Answered. {_outcomes(fact.items, 'state', states, names)}."


def _wished(fact: DropWished, names: Names) -> Told:
    return "drop_wished", f"You gave up {_listed([fact.section], names)} before its answer."


def _dropped(fact: Dropped, names: Names) -> Told:
    return "dropped", f"Dropped: {_all_of(fact.items, names)}."


def _refused(fact: Refused, names: Names) -> Told:
    return "refused", f"Refused: {_all_of(fact.items, names)}. What was taken goes back."


def _expired(fact: Expired, names: Names) -> Told:
    return "expired", f"No answer in time for {_all_of(fact.items, names)}; the seat goes on."


def _released(fact: SeatsReleased, names: Names) -> Told | None:
    listed = _listed((item.section for item in fact.items if item.was != "nothing"), names)
    return ("released", f"Seat or place given back: {listed}.") if listed else None


def _captured(fact: Captured, names: Names) -> Told:
    return "fee_charged", f"The fee was charged for {_all_of(fact.items, names)}."


def _voided(fact: Voided, names: Names) -> Told | None:
    listed = _listed((item.section for item in fact.items if item.amount), names)
    return ("fee_released", f"The fee is no longer reserved for {listed}.") if listed else None


def _refunded(fact: Refunded, names: Names) -> Told:
    return "fee_refunded", f"The fee was paid back for {_all_of(fact.items, names)}."


def _announced(fact: Announced, names: Names) -> Told:
    return "announced", "You were told in your inbox."


_TELLERS: dict[type[Fact], Callable[[Any, Names], Told | None]] = {
    Submitted: _submitted,
    SeatsDecided: _decided,
    SeatOffered: _offer,
    Considered: _considered,
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
