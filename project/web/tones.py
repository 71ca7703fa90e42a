"""The tone in which an outcome is shown: that of its worst item. No refusal looks like success."""

from collections.abc import Iterable
from typing import Literal

Tone = Literal["good", "wait", "bad", ""]
_TONES: dict[str, Tone] = {
    "refused": "bad",
    "expired": "bad",
    "pending": "wait",
    "seated": "wait",
    "authorised": "wait",
    "waitlisted": "wait",
    "offered": "wait",
    "confirmed": "good",
}
_WORST_FIRST: tuple[Tone, ...] = ("bad", "wait", "good")


def tone_of(states: Iterable[str]) -> Tone:
    """The tone of items in these states; none if all were dropped."""
    tones = {_TONES.get(state, "") for state in states}
    return next((tone for tone in _WORST_FIRST if tone in tones), "")
