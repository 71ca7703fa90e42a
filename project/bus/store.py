"""The event store: append facts with everything they change; read what happened to a cause."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TypeVar

from django.db import connection, transaction

from project.bus.hint import hint_soon
from project.bus.keys import Keys
from project.bus.projecting import with_projections
from project.bus.registry import Recorded, bus
from project.bus.rounds import cut_into_rounds
from project.bus.sql import Prepared, Row, fetch, run_prepared, run_together
from project.messages.fact import Fact, to_json
from project.messages.wire import FACTS, read_fact

F = TypeVar("F", bound=Fact)

_INSERT = """
INSERT INTO bus_event (stream, version, type, cause, data)
SELECT i.stream,
       coalesce((SELECT max(e.version) FROM bus_event e WHERE e.stream = i.stream), 0) + 1,
       '{type}', i.cause, i.data
  FROM jsonb_to_recordset($1) AS i(n int, stream text, cause bigint, data jsonb)
 ORDER BY i.n
RETURNING id, stream, version, cause, data, recorded_at"""


def append(facts: Sequence[Fact], *, causes: Sequence[int | None] | None = None) -> list[int]:
    """Store facts, put them in the outbox and bring every projection up to date, all in the
    caller's transaction. Returns their event ids, parallel to `facts`.

    `causes[i]` is the event that began the flow in which facts[i] happened. Append after the last
    lock, so that ids agree with effects. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("append() needs a transaction: open one with transaction.atomic()")
    if not facts:
        return []
    all_causes = causes if causes is not None else [None] * len(facts)
    ids = [0] * len(facts)
    for group in cut_into_rounds(facts, _keys()):
        for index, event_id in zip(group, _append_group(facts, all_causes, group), strict=True):
            ids[index] = event_id
    transaction.on_commit(hint_soon)
    return ids


@cache
def _keys() -> Keys:
    return Keys(one for some in bus.projections.values() for one in some)


def _append_group(
    facts: Sequence[Fact], causes: Sequence[int | None], group: Sequence[int]
) -> list[int]:
    kind = type(facts[group[0]])
    rows = [
        {"n": n, "stream": facts[i].stream, "cause": causes[i], "data": facts[i]}
        for n, i in enumerate(group)
    ]
    name, sql = _statement(kind.type)
    stored = run_prepared(name=name, sql=sql, params=[to_json(rows)], types="jsonb")
    return [row[0] for row in stored]


@cache
def _statement(kind: str) -> tuple[str, str]:
    """Name and text of the statement that appends facts of that wire name."""
    sql = with_projections(
        fact=_INSERT.format(type=kind),
        beside="INSERT INTO bus_outbox (event_id) SELECT id FROM fact",
        projections=bus.projections.get(FACTS[kind], []),
    )
    return "append_" + kind.replace(".", "_"), sql


@dataclass(slots=True)
class Story:
    """A fact that began a flow, its place in line, and all that happened in that flow so far."""

    cause: int
    root: Fact
    recorded_at: datetime
    position: int | None
    facts: list[Fact] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)

    def first(self, kind: type[F]) -> F | None:
        """The first fact of that kind in the flow, or None."""
        return next((fact for fact in self.facts if isinstance(fact, kind)), None)


_STORIES = """
SELECT e.id, NULL::bigint AS cause, e.type, e.data, e.recorded_at, l.position
  FROM bus_event e LEFT JOIN bus_line l ON l.event_id = e.id
 WHERE e.id = ANY(%(causes)s)
UNION ALL
SELECT e.id, e.cause, e.type, e.data, e.recorded_at, NULL
  FROM bus_event e WHERE e.cause = ANY(%(causes)s)
 ORDER BY 1"""


def stories(causes: Sequence[int]) -> dict[int, Story]:
    """What happened in each flow, by the event that began it, in the order of `causes`."""
    with connection.cursor() as cursor:
        cursor.execute(_STORIES, {"causes": list(causes)})
        rows = cursor.fetchall()
    told: dict[int, Story] = {cause: _begin(row) for cause, row in _roots(causes, rows)}
    for event_id, cause, kind, data, recorded_at, _ in rows:
        if cause is not None and event_id not in told:
            told[cause].facts.append(read_fact(type=kind, data=json.loads(data)))
            told[cause].times.append(recorded_at)
    return told


def _roots(causes: Sequence[int], rows: Sequence[Row]) -> list[tuple[int, Row]]:
    by_id = {row[0]: row for row in rows if row[1] is None}
    return [(cause, by_id[cause]) for cause in causes if cause in by_id]


def _begin(row: Row) -> Story:
    event_id, _, kind, data, recorded_at, position = row
    root = read_fact(type=kind, data=json.loads(data))
    return Story(cause=event_id, root=root, recorded_at=recorded_at, position=position)


def recorded(event_ids: Sequence[int]) -> list[Recorded]:
    """Stored facts by id, in id order."""
    rows = fetch(
        "SELECT id, type, data, recorded_at FROM bus_event WHERE id = ANY(%s) ORDER BY id",
        [list(event_ids)],
    )
    return [
        Recorded(
            id=row[0], fact=read_fact(type=row[1], data=json.loads(row[2])), recorded_at=row[3]
        )
        for row in rows
    ]


def streams(event_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The stream of each stored fact, in the order asked for."""
    rows = fetch("SELECT id, stream FROM bus_event WHERE id = ANY(%s)", [list(event_ids)])
    found: dict[int, str] = dict(rows)
    return {event_id: frozenset({found[event_id]}) for event_id in event_ids}


_HISTORY = Prepared(
    name="store_history",
    types="text[]",
    sql="SELECT id, type, data, recorded_at FROM bus_event WHERE stream = ANY($1) ORDER BY id",
)


def history(streams: Sequence[str]) -> list[Recorded]:
    """Everything that was said on these streams, in the order it was stored. One query.

    For showing: what a newer version has said and this one does not know is left out.
    """
    rows = [row for row in run_together((_HISTORY, [list(streams)])) if row[1] in FACTS]
    return [
        Recorded(
            id=row[0], fact=read_fact(type=row[1], data=json.loads(row[2])), recorded_at=row[3]
        )
        for row in rows
    ]
