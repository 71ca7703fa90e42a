"""Sentences in no language yet, and lists inside them.

`_` only marks a text for translation; the caller's `translate` turns it into a language.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


# How a list goes on.
COMMA = _("{listed}, {following}")
SEMICOLON = _("{listed}; {following}")
OR = _("{listed} or {following}")


class FormatTime(Protocol):
    """How a time is written, in the zone and the language of its reader."""

    def __call__(self, moment: datetime, *, is_deadline: bool) -> str:
        """The time; a deadline at midnight belongs to the day that it ends."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A time within a sentence, in no zone and no language yet."""

    at: datetime
    is_deadline: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence with its values."""

    text: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list within a sentence; `separator` is one of the ways above."""

    parts: Sequence[object]
    separator: str


def fill_sentence(text: str, values: Mapping[str, object], translate: Translate) -> str:
    """The text in the reader's language, with its values filled in."""
    # An empty text has no translation: catalogues keep their own data under it.
    if not text:
        return ""
    filled = {name: _in_language(value, translate) for name, value in values.items()}
    return translate(text).format(**filled)


def format_times(values: Mapping[str, object], format_time: FormatTime) -> dict[str, object]:
    """These values, with times as their reader writes them."""
    return {
        name: format_time(value.at, is_deadline=value.is_deadline)
        if isinstance(value, Instant)
        else value
        for name, value in values.items()
    }


def join_list(parts: Iterable[str], separator: str, translate: Translate) -> str:
    """The parts as one text; `separator` is one of the ways above."""
    joined = ""
    for part in parts:
        both = translate(separator).format(listed=joined, following=part)
        joined = both if joined else part
    return joined


def _in_language(value: object, translate: Translate) -> object:
    if isinstance(value, Phrase):
        return fill_sentence(value.text, value.values, translate)
    if isinstance(value, Listing):
        parts = (str(_in_language(part, translate)) for part in value.parts)
        return join_list(parts, value.separator, translate)
    return value
