"""Projections: the only SQL that writes a state table, live and in replay alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from project.events.base import Event

# Instead of a field: the id that the event gets when it is stored, which is unique to it.
EVENT_ID = "event id"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table, identified by an event's fields: `columns` equal the fields `values`."""

    columns: tuple[str, ...]
    values: tuple[str, ...]


def rows(**fields: str) -> Rows:
    """The rows whose columns equal these fields of the event; `items.section` is that of each item.
    A field that is None identifies no row."""
    columns = tuple(sorted(fields))
    return Rows(columns, tuple(fields[column] for column in columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """One statement that brings `table` up to date with events of one type.

    It reads the relation event(id, stream, version, flow, data, recorded_at), in which a stream
    occurs once, and its own state tables; it may use no clock, no sequence and no randomness.

    It declares the rows it changes; events that meet there run in successive statements, in their
    order. `writes` are rows, and values unique among them, that may occur once in a statement.
    `adds` are rows it sums into: such events may share a statement, but not with one that writes
    the row. `reads` are rows of other tables that must not change meanwhile; events that read the
    same row run in successive statements, too.
    """

    event: type[Event]
    table: str
    sql: str
    writes: tuple[Rows, ...] = ()
    adds: tuple[Rows, ...] = ()
    reads: tuple[tuple[str, Rows], ...] = ()

    def __post_init__(self) -> None:
        if not (self.writes or self.adds):
            raise ValueError(f"a projection of {self.event.type} declares no rows of {self.table}")
        for _, one, _ in self.uses():
            for field in one.values:
                field_hint(self.event, field)

    def uses(self) -> Iterator[tuple[str, Rows, bool]]:
        """Every declared use: table, rows, and whether events may share them in a statement."""
        yield from ((self.table, one, False) for one in self.writes)
        yield from ((self.table, one, True) for one in self.adds)
        yield from ((table, one, False) for table, one in self.reads)


def field_hint(event: type[Event], field: str) -> Any:
    """The type of a field of an event or of its items. Raises ValueError if there is none."""
    if field == EVENT_ID:
        return int
    name, _, inner = field.partition(".")
    hint = get_type_hints(event).get(name)
    if inner and hint is not None:
        hint = get_type_hints(get_args(hint)[0]).get(inner)
    if hint is None:
        raise ValueError(f"{event.__name__} has no field {field}")
    return hint


def with_projections(*, event: str, projections: Sequence[Projection], beside: str = "") -> str:
    """One statement: the relation `event`, the write `beside` it, then every projection."""
    parts = [f"event AS ({event})"]
    if beside:
        parts.append(f"beside AS ({beside})")
    parts += [f"projected_{n} AS ({one.sql})" for n, one in enumerate(projections)]
    return f"WITH {', '.join(parts)} SELECT id FROM event ORDER BY id"
