"""Cutting events into statements must never change an order that counts."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project.bus.conflict_groups import split_into_conflict_groups
from project.bus.keys import Keys
from project.bus.projections import EVENT_ID, Projection, rows
from project.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun(Event):
    """Writes, adds to and reads rows, as the test says."""

    type: ClassVar[str] = "sample.begun.v1"
    stream_of: ClassVar[tuple[str, str]] = ("begun", "thing")
    thing: str
    written: tuple[Row, ...] = ()
    added: tuple[Row, ...] = ()
    read: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Begun):
    """The same, of another type and stream."""

    type: ClassVar[str] = "sample.done.v1"
    stream_of: ClassVar[tuple[str, str]] = ("done", "thing")


def _projection(event: type[Event]) -> Projection:
    return Projection(
        event=event,
        table="sample_row",
        sql="",
        writes=(rows(name="written.name"),),
        adds=(rows(name="added.name"),),
        reads=(("sample_row", rows(name="read.name")),),
    )


KEYS = Keys([_projection(Begun), _projection(Done)])


def _rows(names: str) -> tuple[Row, ...]:
    return tuple(Row(name=name) for name in names)


_ROWS = st.text("pqrs", max_size=2).map(_rows)
_EVENTS = st.lists(
    st.builds(
        lambda kind, **fields: kind(**fields),
        st.sampled_from([Begun, Done]),
        thing=st.sampled_from("abcd"),
        written=_ROWS,
        added=_ROWS,
        read=_ROWS,
    ),
    min_size=1,
    max_size=30,
)


def _meet(one: Begun, other: Begun) -> bool:
    """Whether their order matters, by an independent definition."""
    alone = [{event.stream, *event.written, *event.read} for event in (one, other)]
    added = [{*event.added} for event in (one, other)]
    return bool(alone[0] & alone[1] or alone[0] & added[1] or added[0] & alone[1])


@given(_EVENTS)
def test_every_event_is_in_exactly_one_round(events: list[Begun]) -> None:
    rounds = split_into_conflict_groups(events, KEYS)
    assert sorted(index for group in rounds for index in group) == list(range(len(events)))


@given(_EVENTS)
def test_a_round_has_one_type_and_none_in_it_meet(events: list[Begun]) -> None:
    for group in split_into_conflict_groups(events, KEYS):
        assert len({events[index].type for index in group}) == 1
        for n, index in enumerate(group):
            assert not any(_meet(events[index], events[other]) for other in group[:n])


@given(_EVENTS)
def test_events_that_meet_keep_their_order(events: list[Begun]) -> None:
    place = {
        i: n for n, group in enumerate(split_into_conflict_groups(events, KEYS)) for i in group
    }
    for later in range(len(events)):
        for earlier in range(later):
            if _meet(events[earlier], events[later]):
                assert place[earlier] < place[later]


def test_events_that_share_nothing_are_one_round_a_type() -> None:
    events = [kind(thing=str(n)) for n in range(200) for kind in (Begun, Done)]
    assert len(split_into_conflict_groups(events, KEYS)) == 2


def test_releases_and_what_they_cause_are_two_rounds_not_four_hundred() -> None:
    seats = [(Row(name=f"seat {n}"),) for n in range(200)]
    both = [kind(thing=f"{n}", written=seats[n]) for n in range(200) for kind in (Begun, Done)]
    assert len(split_into_conflict_groups(both, KEYS)) == 2


def test_any_number_add_to_one_row_together_but_not_past_one_who_writes_it() -> None:
    adding = [Begun(thing=str(n), added=_rows("p")) for n in range(200)]
    assert len(split_into_conflict_groups(adding, KEYS)) == 1
    writing = Begun(thing="written", written=_rows("p"))
    events = [*adding[:100], writing, *adding[100:]]
    assert split_into_conflict_groups(events, KEYS) == [
        list(range(100)), [100], list(range(101, 201)),
    ]  # fmt: skip


def test_a_value_that_is_none_is_nothing_to_meet_in() -> None:
    nowhere = (Row(name=None),)
    events = [Begun(thing=str(n), written=nowhere) for n in range(200)]
    assert len(split_into_conflict_groups(events, KEYS)) == 1


def _known_by(event: type[Event], **fields: str) -> Projection:
    return Projection(event=event, table="sample_thing", sql="", writes=(rows(**fields),))


def test_rows_of_one_stream_alone_and_rows_known_by_the_event_need_no_key() -> None:
    event = Begun(thing="a", written=_rows("pq"))
    for declared in (
        _known_by(Begun, name="thing", other="written.name"),
        _known_by(Begun, other="written.name", id=EVENT_ID),
    ):
        assert Keys([declared]).exclusive(event) == ["begun:a"]


def test_rows_that_two_streams_know_have_a_key_and_it_is_the_same() -> None:
    keys = Keys([_known_by(Begun, name="thing"), _known_by(Done, name="thing")])
    begun, done = (set(keys.exclusive(kind(thing="a"))) for kind in (Begun, Done))
    assert len(begun & done) == 1
    assert not set(keys.exclusive(Begun(thing="b"))) & done


def test_places_that_the_same_events_know_alike_have_one_key() -> None:
    seats = (rows(section="written.name"), rows(student="written.name"))
    two = Projection(event=Begun, table="sample_seat", sql="", writes=seats)
    assert len(Keys([two]).exclusive(Begun(thing="a", written=_rows("p")))) == 2


@pytest.mark.parametrize("field", ["absent", "written.absent"])
def test_a_declaration_by_a_field_that_the_event_does_not_have_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"Begun has no field {field}"):
        _known_by(Begun, name=field)


def test_a_projection_without_a_declaration_is_refused() -> None:
    with pytest.raises(ValueError, match=r"sample\.begun\.v1 declares no rows of sample_thing"):
        Projection(event=Begun, table="sample_thing", sql="")
