"""The tone in which an outcome is shown: that of its worst item. No refusal looks like success."""

from collections.abc import Iterable
from typing import Literal

from project.events.vocabulary import ItemState

Tone = Literal["good", "wait", "bad", ""]
_TONES: dict[ItemState, Tone] = {
    ItemState.REFUSED: "bad",
    ItemState.EXPIRED: "bad",
    ItemState.PENDING: "wait",
    ItemState.SEATED: "wait",
    ItemState.AUTHORISED: "wait",
    ItemState.WAITLISTED: "wait",
    ItemState.OFFERED: "wait",
    ItemState.CONFIRMED: "good",
}
_WORST_FIRST: tuple[Tone, ...] = ("bad", "wait", "good")


def tone_of(states: Iterable[ItemState]) -> Tone:
    """The tone of items in these states; none if all were dropped."""
    tones = {_TONES.get(state, "") for state in states}
    return next((tone for tone in _WORST_FIRST if tone in tones), "")
