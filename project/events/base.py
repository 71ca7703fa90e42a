"""The base of every event: wire name, stream, and a JSON form that stays readable."""

import json
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, in the past tense.

    `type` is the wire name `owner.thing.v1`. Optional fields may be added; none is ever changed
    or removed, and no word is added to an enumeration except to `Reason`: that would be a `v2`
    (`golden/` has each type as it is stored). Ids only, no personal data. `stream_of` is the name
    of its stream and the field with the stream's id.
    """

    type: ClassVar[str]
    stream_of: ClassVar[tuple[str, str]]

    @property
    def stream(self) -> str:
        """The ordered history this event belongs to; versions count up within it."""
        name, field = self.stream_of
        return f"{name}:{getattr(self, field)}"

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Read stored data; unknown fields are ignored, optional ones may be missing."""
        kind: Any = cls
        read: Self = _reader(kind)(data)
        return read

    def to_data(self) -> dict[str, Any]:
        """The data as it is stored: JSON types only."""
        stored: dict[str, Any] = json.loads(to_json(self))
        return stored


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationEvent(Event):
    """An event about a student's registration."""

    registration: str
    student: int


def to_json(value: object) -> str:
    """JSON text of an event, or of anything that holds events."""
    return json.dumps(value, default=_as_object, separators=(",", ":"), ensure_ascii=False)


def _as_object(value: object) -> dict[str, Any]:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _names(type(value))}
    raise TypeError(f"{type(value).__name__} cannot travel in an event")


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


Reader = Callable[[Any], Any]


@cache
def _reader(cls: Any) -> Reader:
    """A reader of `cls` from JSON types: dataclasses, tuples, optionals, enumerations and plain
    values."""
    origin, arguments = get_origin(cls), get_args(cls)
    if is_dataclass(cls):
        return _object_reader(cls)
    if isinstance(cls, type) and issubclass(cls, StrEnum):
        return _word_reader(cls)
    if origin is tuple:
        read_one = _reader(arguments[0])
        return lambda values: tuple(read_one(value) for value in values)
    if origin in (Union, UnionType):
        read_some = _reader(next(kind for kind in arguments if kind is not type(None)))
        return lambda value: None if value is None else read_some(value)
    return lambda value: value


def _word_reader(cls: type[StrEnum]) -> Reader:
    words = {word.value: word for word in cls}

    def read(value: str) -> StrEnum:
        return words.get(value) or cls(value)

    return read


def _object_reader(cls: Any) -> Reader:
    hints = get_type_hints(cls)
    readers = {field.name: _reader(hints[field.name]) for field in fields(cls)}
    required = {
        field.name
        for field in fields(cls)
        if field.default is MISSING and field.default_factory is MISSING
    }

    def read(data: dict[str, Any]) -> Any:
        missing = required - data.keys()
        if missing:
            raise ValueError(f"{cls.__name__} lacks {', '.join(sorted(missing))}")
        return cls(**{name: readers[name](data[name]) for name in readers if name in data})

    return read
