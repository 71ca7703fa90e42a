"""Every stored event stays readable: the classes of today read the golden events."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from project.events.base import Event
from project.events.registry import EVENT_TYPES, read_event
from project.tests.events.golden import Golden, faults, golden, kinds_of_files

EVERY_TYPE = pytest.mark.parametrize("kind", sorted(EVENT_TYPES))


def test_every_type_has_its_golden_file_and_no_file_is_without_a_type() -> None:
    assert kinds_of_files() == set(EVENT_TYPES)


@EVERY_TYPE
def test_old_data_is_read_and_written_back_as_it_was(kind: str) -> None:
    assert faults(EVENT_TYPES[kind], golden(kind)) == []


def strewn(data: Any) -> Any:
    """The same data with an unknown field in every object, at every depth."""
    if isinstance(data, dict):
        known = {name: strewn(value) for name, value in data.items()}
        return {"from_the_future": {"n": [1]}, **known}
    return [strewn(one) for one in data] if isinstance(data, list) else data


@EVERY_TYPE
def test_fields_of_a_later_version_are_passed_over_at_every_depth(kind: str) -> None:
    for data in golden(kind).instances:
        assert read_event(type=kind, data=strewn(data)) == read_event(type=kind, data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    section: int
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Event):
    """The class of the data below, with one field renamed."""

    type: ClassVar[str] = "sample.kept.v1"
    stream_of: ClassVar[tuple[str, str]] = ("kept", "student")
    student: int
    items: tuple[Line, ...]
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Event):
    """The class of the data below: nothing is wrong with it."""

    type: ClassVar[str] = "sample.kept.v1"
    stream_of: ClassVar[tuple[str, str]] = ("kept", "student")
    student: int
    items: tuple[Line, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retyped(Kept):
    student: str  # type: ignore[assignment]  # what the test is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Demanding(Kept):
    term: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stricter(Kept):
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Kept):
    stream_of: ClassVar[tuple[str, str]] = ("elsewhere", "student")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWithSeat(Line):
    seat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeper(Kept):
    items: tuple[LineWithSeat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Richer(Kept):
    mode: str = "any"


STORED = Golden(
    stream="kept:7",
    instances=(
        {"student": 7, "items": [{"section": 1, "code": "full"}, {"section": 2}], "note": "x"},
        {"student": 7, "items": []},
    ),
)


def test_data_that_is_read_as_it_was_meant_has_no_fault() -> None:
    assert faults(Kept, STORED) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (Renamed, "sample.kept.v1.note was 'x' and is written back as 'nothing'"),
        (Retyped, "sample.kept.v1.student is 7, and the class says str"),
        (Demanding, "sample.kept.v1 is not read: Demanding lacks term"),
        (Stricter, "sample.kept.v1 is not read: Stricter lacks note"),
        (Deeper, "sample.kept.v1 is not read: LineWithSeat lacks seat"),
        (Moved, "sample.kept.v1 is on the stream elsewhere:7, and was on kept:7"),
        (Richer, "sample.kept.v1: Richer.mode is set nowhere in the golden file"),
    ],
)
def test_a_change_that_old_data_does_not_survive_is_found(changed: type[Event], fault: str) -> None:
    assert fault in faults(changed, STORED)


def test_an_optional_field_that_every_instance_has_is_not_guarded() -> None:
    always = Golden(stream="kept:7", instances=STORED.instances[:1])
    assert faults(Kept, always) == [
        "sample.kept.v1: Kept.note is optional and missing nowhere in the golden file"
    ]
