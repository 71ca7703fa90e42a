"""Keys: derived from what projections declare; events with a key in common keep their order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from types import NoneType
from typing import Any, get_args

from project.bus.projections import EVENT_ID, Projection, field_hint
from project.events.base import Event

Key = str | tuple[Any, ...]
Place = tuple[str, tuple[str, ...]]
Reader = Callable[[Event], list[Key]]


@dataclass(frozen=True, slots=True)
class _Use:
    """How events of one type identify rows of a place: the fields that equal its columns."""

    event: type[Event]
    fields: tuple[str, ...]
    is_shared: bool

    @property
    def streams(self) -> set[tuple[str, int]]:
        """The stream's name, and the index of the field with its id."""
        name, by = self.event.stream_of
        return {(name, n) for n, field in enumerate(self.fields) if field == by}


class Keys:
    """The keys of events, as these projections declare them.

    A place is a table and the columns that identify its rows; each has keys of its own. Rows that
    only events of one stream can have in common need none, since the stream is a key; places that
    the same events identify by the same fields share theirs.
    """

    def __init__(self, projections: Iterable[Projection]) -> None:
        places: dict[Place, set[_Use]] = {}
        for place, use in chain.from_iterable(map(_uses, projections)):
            places.setdefault(place, set()).add(use)
        alike = dict.fromkeys(map(frozenset, places.values()))
        needed = [uses for uses in alike if not set.intersection(*[use.streams for use in uses])]
        numbered = [(number, use) for number, uses in enumerate(needed) for use in uses]
        self._exclusive = _readers([one for one in numbered if not one[1].is_shared])
        self._shared = _readers([one for one in numbered if one[1].is_shared])

    def exclusive(self, event: Event) -> list[Key]:
        """Keys that no other event in a statement may have: of what it writes or reads."""
        return [event.stream, *self._exclusive.get(type(event), _nothing)(event)]

    def shared(self, event: Event) -> list[Key]:
        """Keys that other events in a statement may share: of what it adds to."""
        return self._shared.get(type(event), _nothing)(event)


def _nothing(_: Event) -> list[Key]:
    return []


def _uses(projection: Projection) -> Iterator[tuple[Place, _Use]]:
    for table, one, is_shared in projection.uses():
        # The id that the event gets when it is stored is unique to it.
        if EVENT_ID not in one.values:
            yield (table, one.columns), _Use(projection.event, one.values, is_shared)


def _readers(numbered: Iterable[tuple[int, _Use]]) -> dict[type[Event], Reader]:
    """Functions that read the keys of each type: compiled, since they run for every appended event,
    and getters take three times as long."""
    texts: dict[type[Event], list[str]] = {}
    for number, use in numbered:
        texts.setdefault(use.event, []).append(_text(number, use))
    # The text contains only names of fields, which the projections have validated.
    return {
        event: eval(f"lambda event: [*{', *'.join(some)}]")  # noqa: S307
        for event, some in texts.items()
    }


def _text(number: int, use: _Use) -> str:
    """The expression of an event's keys: one, or one per item. None identifies no row."""
    split = [field.rpartition(".") for field in use.fields]
    values = [f"item.{name}" if items else f"event.{name}" for items, _, name in split]
    each = next((items for items, _, _ in split if items), "")
    optional = [
        f"{value} is not None"
        for value, field in zip(values, use.fields, strict=True)
        if NoneType in get_args(field_hint(use.event, field))
    ]
    source = f"item in event.{each}" if each else "_ in (0,)"
    condition = f" if {' and '.join(optional)}" if optional else ""
    return f"[({number}, {', '.join(values)}) for {source}{condition}]"
