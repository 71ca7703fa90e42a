"""The state of the bus, for operators and pages."""

from dataclasses import dataclass

from project.bus.registry import bus
from project.bus.sql import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class BusStatus:
    """The bus at a glance. Ages in seconds, by the database's clock."""

    outbox: int
    outbox_age: float
    last_position: int
    batches_under_way: int
    batches_late: int
    oldest_batch_age: float
    dead_letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerLag:
    """How far a reader is behind: the number of events of its types after its cursor."""

    name: str
    position: int
    behind: int


_STATUS = """
SELECT (SELECT count(*) FROM bus_outbox),
       coalesce((SELECT extract(epoch FROM clock_timestamp() - min(e.recorded_at))
                   FROM bus_outbox o JOIN bus_event e ON e.id = o.event_id), 0)::float,
       coalesce((SELECT max(position) FROM bus_position), 0),
       (SELECT count(*) FROM bus_batch WHERE step IS NOT NULL),
       (SELECT count(*) FROM bus_batch WHERE step IS NOT NULL AND due_at < clock_timestamp()),
       coalesce((SELECT extract(epoch FROM clock_timestamp() - min(sequenced_at))
                   FROM bus_batch WHERE step IS NOT NULL), 0)::float,
       (SELECT count(*) FROM bus_dead_letter WHERE resolved_at IS NULL)"""


def get_bus_status() -> BusStatus:
    """Counts and ages of outbox, positions, batches and dead letters."""
    row = fetch(_STATUS)[0]
    return BusStatus(
        outbox=row[0],
        outbox_age=row[1],
        last_position=row[2],
        batches_under_way=row[3],
        batches_late=row[4],
        oldest_batch_age=row[5],
        dead_letters=row[6],
    )


def get_consumer_lags() -> list[ConsumerLag]:
    """Every reader, with how far it is behind."""
    readers = {cursor.name: cursor.events for cursor in bus.cursors.values()}
    readers |= {reader.name: reader.events for reader in bus.subscriptions.values()}
    return [
        _lag(name, [event.type for event in events]) for name, events in sorted(readers.items())
    ]


def _lag(name: str, types: list[str]) -> ConsumerLag:
    row = fetch(
        "SELECT c.at, (SELECT count(*) FROM bus_position WHERE position > c.at AND type = ANY(%s))"
        " FROM (SELECT coalesce((SELECT position FROM bus_cursor WHERE name = %s), 0) AS at) c",
        [types, name],
    )[0]
    return ConsumerLag(name=name, position=row[0], behind=row[1])


def has_passed(*, cursor: str, event_id: int) -> bool:
    """Whether that reader has processed this event."""
    rows = fetch(
        "SELECT 1 FROM bus_position l JOIN bus_cursor c ON c.position >= l.position"
        " WHERE c.name = %s AND l.event_id = %s",
        [cursor, event_id],
    )
    return bool(rows)
