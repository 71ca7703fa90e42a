"""The sequencer: assigns every event its position in the global order. Only the leader runs it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from project.bus.batches import STEP_TIMEOUT_SECONDS
from project.bus.registry import bus
from project.bus.sql import Prepared, fetch, run, run_together
from project.bus.unknown import dead_letter_unknown_events
from project.events.flow import Flow
from project.events.registry import EVENT_TYPES

_AT_MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencedBatch:
    """A batch with positions: its steps (none for events that start no flow), event types and the
    requests from which it follows. Those are for the logs and known until the relay restarts."""

    batch: int
    steps: tuple[str, ...]
    types: tuple[str, ...]
    request_ids: tuple[str, ...] = field(default=(), compare=False)


# A join would be planned by the outbox's size when it was last analysed, and might scan all
# events ever stored to find these few.
_WAITING = Prepared(
    name="relay_waiting",
    types="bigint",
    sql="SELECT o.event_id, (SELECT e.type FROM bus_event e WHERE e.id = o.event_id), o.request_id"
    " FROM bus_outbox o ORDER BY o.event_id LIMIT $1",
)


def sequence_outbox() -> list[SequencedBatch]:
    """Assign every event in the outbox its position and batch, oldest first.

    Only the leader calls it. Positions have no gap, since they continue from the last one. The
    outbox is read whole, never by `id > last`: ids commit out of order.
    A type that this version does not know gets no position: it becomes a dead letter.
    """
    with transaction.atomic():
        waiting = run_together((_WAITING, [_AT_MOST]))
        if not waiting:
            return []
        dead_letter_unknown_events(
            [(event_id, kind) for event_id, kind, _ in waiting if kind not in EVENT_TYPES]
        )
        sequenced = _write([row for row in waiting if row[1] in EVENT_TYPES])
        run("DELETE FROM bus_outbox WHERE event_id = ANY(%s)", [[row[0] for row in waiting]])
        return sequenced


def _write(waiting: Sequence[tuple[int, str, str]]) -> list[SequencedBatch]:
    last, batch = fetch(
        "SELECT coalesce((SELECT max(position) FROM bus_position), 0),"
        " coalesce((SELECT max(id) FROM bus_batch), 0)"
    )[0]
    positions = {event_id: last + n for n, (event_id, *_) in enumerate(waiting, start=1)}
    kind = {event_id: name for event_id, name, _ in waiting}
    request_id = {event_id: given for event_id, _, given in waiting}
    sequenced = []
    for flow, event_ids in _batches(kind):
        batch += 1
        steps = tuple(step.task for step in flow.steps) if flow else ()
        _insert_batch(batch, flow.name if flow else "", steps, len(event_ids))
        _insert_positions(
            batch, [(positions[event_id], event_id, kind[event_id]) for event_id in event_ids]
        )
        types = tuple(sorted({kind[event_id] for event_id in event_ids}))
        sequenced.append(
            SequencedBatch(
                batch=batch,
                steps=steps,
                types=types,
                request_ids=_distinct(request_id[event_id] for event_id in event_ids),
            )
        )
    return sequenced


def _distinct(request_ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, dict.fromkeys(request_ids)))


def _batches(kinds: Mapping[int, str]) -> Iterator[tuple[Flow | None, list[int]]]:
    """The events by flow, at most `BATCH_SIZE` in a batch that starts a chain."""
    by_flow: dict[Flow | None, list[int]] = {}
    for event_id, kind in kinds.items():
        by_flow.setdefault(bus.flow_by_event.get(EVENT_TYPES[kind]), []).append(event_id)
    for flow, event_ids in by_flow.items():
        size = settings.BATCH_SIZE if flow else _AT_MOST
        for start in range(0, len(event_ids), size):
            yield flow, event_ids[start : start + size]


def _insert_batch(batch: int, flow: str, steps: Sequence[str], size: int) -> None:
    run(
        "INSERT INTO bus_batch (id, flow, size, steps, step, attempts, finished, due_at)"
        " VALUES (%(batch)s, %(flow)s, %(size)s, %(steps)s::text[], (%(steps)s::text[])[1], 0,"
        " '{}', clock_timestamp() + make_interval(secs => %(patience)s))",
        {
            "batch": batch,
            "flow": flow,
            "size": size,
            "steps": list(steps),
            "patience": STEP_TIMEOUT_SECONDS,
        },
    )


def _insert_positions(batch: int, rows: Sequence[tuple[int, int, str]]) -> None:
    positions, event_ids, kinds = zip(*rows, strict=True)
    run(
        "INSERT INTO bus_position (position, event_id, batch_id, type)"
        " SELECT p, e, %s, t FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS r(p, e, t)",
        [batch, list(positions), list(event_ids), list(kinds)],
    )


def unconfirmed() -> list[SequencedBatch]:
    """Batches that were sequenced and perhaps never published, oldest first."""
    rows = fetch(
        "SELECT b.id, b.steps, array(SELECT DISTINCT type FROM bus_position WHERE batch_id = b.id)"
        " FROM bus_batch b WHERE confirmed_at IS NULL ORDER BY id"
    )
    return [SequencedBatch(batch=row[0], steps=tuple(row[1]), types=tuple(row[2])) for row in rows]


def confirm(batches: Sequence[int]) -> None:
    """Record that the broker confirmed these batches' messages."""
    run("UPDATE bus_batch SET confirmed_at = clock_timestamp() WHERE id = ANY(%s)", [list(batches)])


_IN_FLIGHT = Prepared(
    name="chains_in_flight",
    types="",
    sql="SELECT count(*) FROM bus_batch WHERE step IS NOT NULL"
    " AND sequenced_at > clock_timestamp() - interval '30 seconds'",
)


def chains_in_flight() -> int:
    """Count recently started chains that are under way. Those that stand still are not counted, so
    that they never block the sequencer."""
    return int(run_together((_IN_FLIGHT, ()))[0][0])


_AHEAD = Prepared(
    name="submissions_ahead",
    types="bigint, text[], text[]",
    sql="""
SELECT CASE WHEN l.position IS NULL THEN
         (SELECT count(*) FROM bus_position a WHERE a.position > c.at AND a.type = e.type)
         + (SELECT count(*) FROM bus_outbox o
             WHERE o.event_id < e.id
               AND (SELECT w.type FROM bus_event w WHERE w.id = o.event_id) = e.type)
       WHEN l.position > c.at THEN
         (SELECT count(*) FROM bus_position a
           WHERE a.position > c.at AND a.position < l.position AND a.type = e.type)
       END
  FROM bus_event e
  JOIN unnest($2, $3) AS reader(type, cursor) ON reader.type = e.type
  LEFT JOIN bus_position l ON l.event_id = e.id,
       LATERAL (SELECT coalesce((SELECT position FROM bus_cursor WHERE name = reader.cursor), 0)
                       AS at) c
 WHERE e.id = $1""",
)


def submissions_ahead(event_id: int) -> int | None:
    """Count the events of the same type that are ahead of this one and not yet decided. None once
    it is decided, or where no cursor decides on its type."""
    decided = [(event.type, one.name) for one in bus.cursors.values() for event in one.events]
    types, cursors = [kind for kind, _ in decided], [name for _, name in decided]
    rows = run_together((_AHEAD, [event_id, types, cursors]))
    return rows[0][0] if rows else None
