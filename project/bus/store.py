"""The event store: append events and run their projections; read streams and flows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TypeVar

from django.db import connection, transaction

from project.bus.conflict_groups import split_into_conflict_groups
from project.bus.keys import Keys
from project.bus.projections import with_projections
from project.bus.registry import StoredEvent, bus
from project.bus.sql import Prepared, Row, fetch, run_prepared, run_together
from project.bus.wakeup import notify_relay
from project.events.base import Event, to_json
from project.events.registry import EVENT_TYPES, read_event
from project.ops.logging import get_request_id

F = TypeVar("F", bound=Event)

_INSERT = """
INSERT INTO bus_event (stream, version, type, flow_id, data)
SELECT i.stream,
       coalesce((SELECT max(e.version) FROM bus_event e WHERE e.stream = i.stream), 0) + 1,
       '{type}', i.flow_id, i.data
  FROM jsonb_to_recordset($1) AS i(n int, stream text, flow_id bigint, data jsonb)
 ORDER BY i.n
RETURNING id, stream, version, flow_id, data, recorded_at"""


def append(events: Sequence[Event], *, flow_ids: Sequence[int | None] | None = None) -> list[int]:
    """Store events, put them in the outbox and bring every projection up to date, all in the
    caller's transaction. Returns their event ids, parallel to `events`.

    `flow_ids[i]` is the event that began the flow in which events[i] happened. Append after the
    last lock, so that ids agree with effects. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("append() needs a transaction: open one with transaction.atomic()")
    if not events:
        return []
    all_flow_ids = flow_ids if flow_ids is not None else [None] * len(events)
    ids = [0] * len(events)
    for group in split_into_conflict_groups(events, _keys()):
        for index, event_id in zip(group, _append_group(events, all_flow_ids, group), strict=True):
            ids[index] = event_id
    transaction.on_commit(notify_relay)
    return ids


@cache
def _keys() -> Keys:
    return Keys(one for some in bus.projections.values() for one in some)


def _append_group(
    events: Sequence[Event], flow_ids: Sequence[int | None], group: Sequence[int]
) -> list[int]:
    kind = type(events[group[0]])
    rows = [
        {"n": n, "stream": events[i].stream, "flow_id": flow_ids[i], "data": events[i]}
        for n, i in enumerate(group)
    ]
    name, sql = _statement(kind.type)
    stored = run_prepared(
        name=name, sql=sql, params=[to_json(rows), get_request_id()], types="jsonb, text"
    )
    return [row[0] for row in stored]


@cache
def _statement(kind: str) -> tuple[str, str]:
    """Name and text of the statement that appends events of that wire name."""
    sql = with_projections(
        event=_INSERT.format(type=kind),
        beside="INSERT INTO bus_outbox (event_id, request_id) SELECT id, $2 FROM event",
        projections=bus.projections.get(EVENT_TYPES[kind], []),
    )
    return "append_" + kind.replace(".", "_"), sql


@dataclass(slots=True)
class FlowHistory:
    """The event that began a flow, its position, and all events of that flow so far."""

    flow_id: int
    trigger: Event
    recorded_at: datetime
    position: int | None
    events: list[Event] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)

    def find(self, kind: type[F]) -> F | None:
        """The first event of that kind in the flow, or None."""
        return next((event for event in self.events if isinstance(event, kind)), None)


_FLOWS = """
SELECT e.id, NULL::bigint AS flow_id, e.type, e.data, e.recorded_at, l.position
  FROM bus_event e LEFT JOIN bus_position l ON l.event_id = e.id
 WHERE e.id = ANY(%(flow_ids)s)
UNION ALL
SELECT e.id, e.flow_id, e.type, e.data, e.recorded_at, NULL
  FROM bus_event e WHERE e.flow_id = ANY(%(flow_ids)s)
 ORDER BY 1"""


def load_flows(flow_ids: Sequence[int]) -> dict[int, FlowHistory]:
    """Load the history of each flow by its id, in the order of `flow_ids`."""
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, {"flow_ids": list(flow_ids)})
        rows = cursor.fetchall()
    flows: dict[int, FlowHistory] = {
        flow_id: _begin(row) for flow_id, row in _roots(flow_ids, rows)
    }
    for event_id, flow_id, kind, data, recorded_at, _ in rows:
        if flow_id is not None and event_id not in flows:
            flows[flow_id].events.append(read_event(type=kind, data=json.loads(data)))
            flows[flow_id].times.append(recorded_at)
    return flows


def _roots(flow_ids: Sequence[int], rows: Sequence[Row]) -> list[tuple[int, Row]]:
    by_id = {row[0]: row for row in rows if row[1] is None}
    return [(flow_id, by_id[flow_id]) for flow_id in flow_ids if flow_id in by_id]


def _begin(row: Row) -> FlowHistory:
    event_id, _, kind, data, recorded_at, position = row
    trigger = read_event(type=kind, data=json.loads(data))
    return FlowHistory(
        flow_id=event_id, trigger=trigger, recorded_at=recorded_at, position=position
    )


def load_events(event_ids: Sequence[int]) -> list[StoredEvent]:
    """Stored events by id, in id order."""
    rows = fetch(
        "SELECT id, type, data, recorded_at FROM bus_event WHERE id = ANY(%s) ORDER BY id",
        [list(event_ids)],
    )
    return [
        StoredEvent(
            id=row[0], event=read_event(type=row[1], data=json.loads(row[2])), recorded_at=row[3]
        )
        for row in rows
    ]


STREAM_VERSION = "one_event_per_version"
"""The constraint that refuses the second of two events appended to a stream at the same time."""


def get_version(stream: str) -> int:
    """The version of the newest event of the stream; 0 for one without events."""
    rows = fetch("SELECT max(version) FROM bus_event WHERE stream = %s", [stream])
    return rows[0][0] or 0


def streams(event_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The stream of each stored event, in the order asked for."""
    rows = fetch("SELECT id, stream FROM bus_event WHERE id = ANY(%s)", [list(event_ids)])
    found: dict[int, str] = dict(rows)
    return {event_id: frozenset({found[event_id]}) for event_id in event_ids}


_HISTORY = Prepared(
    name="store_history",
    types="text[]",
    sql="SELECT id, type, data, recorded_at FROM bus_event WHERE stream = ANY($1) ORDER BY id",
)


def load_streams(streams: Sequence[str]) -> list[StoredEvent]:
    """Load all events of these streams, in the order they were stored. One query.

    For display: events of types that this version does not know are left out.
    """
    rows = [row for row in run_together((_HISTORY, [list(streams)])) if row[1] in EVENT_TYPES]
    return [
        StoredEvent(
            id=row[0], event=read_event(type=row[1], data=json.loads(row[2])), recorded_at=row[3]
        )
        for row in rows
    ]
