"""The golden events, `project/events/golden`: data as it was stored once, to be read by the classes
of today.

`<wire name>.json` has a stream and two instances: `full` with every field, and `least` without the
optional ones where there are any outside of items. No command writes these files. A field added
after the first release gets a file beside the frozen one: `<wire name>+<field>.json`.
"""

import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from project.events import registry
from project.events.base import Event

FOLDER = Path(registry.__file__).parent / "golden"
Data = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """The contents of one type's files."""

    stream: str
    instances: tuple[Data, ...]


def kinds_of_files() -> set[str]:
    """The wire names that have a file."""
    return {path.stem.partition("+")[0] for path in FOLDER.iterdir()}


def golden(kind: str) -> Golden:
    """The contents of that wire name's files. Raises FileNotFoundError if there is none."""
    paths = [FOLDER / f"{kind}.json", *sorted(FOLDER.glob(f"{kind}+*.json"))]
    files = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    instances = [file[name] for file in files for name in ("full", "least") if name in file]
    return Golden(stream=files[0]["stream"], instances=tuple(instances))


def faults(kind: type[Event], stored: Golden) -> list[str]:
    """Reasons why stored events of this type would be read wrongly."""
    found = [fault for data in stored.instances for fault in _faults_of(kind, data, stored.stream)]
    return found + list(_never_shown(kind, stored.instances))


def _faults_of(kind: type[Event], data: Data, stream: str) -> Iterator[str]:
    yield from _mistyped(kind, data, kind.type)
    try:
        event = kind.from_data(data)
    except (ValueError, TypeError, KeyError) as error:
        yield f"{kind.type} is not read: {error}"
        return
    yield from _lost(data, event.to_data(), kind.type)
    if event.stream != stream:
        yield f"{kind.type} is on the stream {event.stream}, and was on {stream}"


def _lost(before: Any, after: Any, at: str) -> Iterator[str]:
    """Values that are not written back as they were. Missing ones may appear with their default."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            yield from _lost(value, after.get(name, "nothing"), f"{at}.{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _lost(one, other, f"{at}[{n}]")
    elif before != after:
        yield f"{at} was {before!r} and is written back as {after!r}"


def _mistyped(hint: Any, value: Any, at: str) -> Iterator[str]:
    """Values of another JSON type than the class declares. The reader does not check: mypy checked
    every event when it was created."""
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        for name in value.keys() & {field.name for field in fields(hint)}:
            yield from _mistyped(hints[name], value[name], f"{at}.{name}")
    elif get_origin(hint) is tuple:
        for n, one in enumerate(value):
            yield from _mistyped(get_args(hint)[0], one, f"{at}[{n}]")
    elif get_origin(hint) in (Union, UnionType):
        if value is not None:
            (some,) = set(get_args(hint)) - {type(None)}
            yield from _mistyped(some, value, at)
    elif issubclass(hint, StrEnum) and value in set(hint):
        return
    elif type(value) is not hint:
        yield f"{at} is {value!r}, and the class says {hint.__name__}"


def _never_shown(kind: type[Event], instances: tuple[Data, ...]) -> Iterator[str]:
    """Fields that no instance sets, and optional ones that none lacks: nothing would guard them."""
    objects = [pair for data in instances for pair in _objects(kind, data)]
    for cls in {cls: None for cls, _ in objects}:
        data = [one for other, one in objects if other is cls]
        for field in fields(cls):
            name = f"{kind.type}: {cls.__name__}.{field.name}"
            if not any(one.get(field.name) not in (None, _default(field)) for one in data):
                yield f"{name} is set nowhere in the golden file"
            if _is_optional(field) and all(field.name in one for one in data):
                yield f"{name} is optional and missing nowhere in the golden file"


def _objects(hint: Any, data: Any) -> Iterator[tuple[Any, Data]]:
    """Every object in the data, with its class."""
    if is_dataclass(hint):
        yield hint, data
        hints = get_type_hints(hint)
        for field in fields(hint):
            yield from _objects(hints[field.name], data.get(field.name))
    elif get_origin(hint) is tuple:
        for one in data or ():
            yield from _objects(get_args(hint)[0], one)


def spare(value: Any) -> Any:
    """An event's data without the optional fields at their default, at any depth."""
    if is_dataclass(value):
        return {
            field.name: spare(getattr(value, field.name))
            for field in fields(value)
            if not _is_optional(field) or getattr(value, field.name) != field.default
        }
    return [spare(one) for one in value] if isinstance(value, tuple) else value


def _is_optional(field: Field[Any]) -> bool:
    """Whether stored data may lack the field."""
    return field.default is not MISSING or field.default_factory is not MISSING


def _default(field: Field[Any]) -> Any:
    """The default as it is stored; None if there is none."""
    return None if field.default is MISSING else json.loads(json.dumps(field.default))
