"""Apply the projections of a subscription to events of other apps."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from project.bus.conflict_groups import split_into_conflict_groups
from project.bus.keys import Keys
from project.bus.projections import Projection, with_projections
from project.bus.registry import Subscription
from project.bus.sql import fetch
from project.events.registry import read_event

_EVENTS = """
SELECT id, stream, version, flow_id, data, recorded_at FROM bus_event WHERE id = ANY(%s)"""


def project_recorded(subscription: Subscription, event_ids: Sequence[int]) -> None:
    """Bring the subscription's tables up to date with these events, in id order."""
    project_events(subscription.projections, event_ids)


def project_events(projections: Sequence[Projection], event_ids: Sequence[int]) -> None:
    """Run the projections over stored events, in groups that keep the order that matters."""
    rows = fetch(
        "SELECT id, type, data FROM bus_event WHERE id = ANY(%s) ORDER BY id", [list(event_ids)]
    )
    events = [read_event(type=row[1], data=json.loads(row[2])) for row in rows]
    declared = tuple(projections)
    for group in split_into_conflict_groups(events, _keys(declared)):
        statement = _statement(declared, events[group[0]].type)
        if statement is not None:
            fetch(statement, [[rows[index][0] for index in group]])


@cache
def _keys(projections: tuple[Projection, ...]) -> Keys:
    return Keys(projections)


@cache
def _statement(projections: tuple[Projection, ...], kind: str) -> str | None:
    chosen = [
        replace(one, sql=one.sql.replace("%", "%%"))
        for one in projections
        if one.event.type == kind
    ]
    return with_projections(event=_EVENTS, projections=chosen) if chosen else None
