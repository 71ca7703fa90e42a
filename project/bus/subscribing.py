"""Apply the projections of a subscription to facts of other apps."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from project.bus.keys import Keys
from project.bus.projecting import Projection, with_projections
from project.bus.registry import Subscription
from project.bus.rounds import cut_into_rounds
from project.bus.sql import fetch
from project.messages.wire import read_fact

_FACTS = """
SELECT id, stream, version, cause, data, recorded_at FROM bus_event WHERE id = ANY(%s)"""


def project_recorded(subscription: Subscription, event_ids: Sequence[int]) -> None:
    """Bring the subscription's tables up to date with these facts, set by set, in id order."""
    project_events(subscription.projections, event_ids)


def project_events(projections: Sequence[Projection], event_ids: Sequence[int]) -> None:
    """Run the projections over stored facts, in sets that keep the order that counts."""
    rows = fetch(
        "SELECT id, type, data FROM bus_event WHERE id = ANY(%s) ORDER BY id", [list(event_ids)]
    )
    facts = [read_fact(type=row[1], data=json.loads(row[2])) for row in rows]
    declared = tuple(projections)
    for group in cut_into_rounds(facts, _keys(declared)):
        statement = _statement(declared, facts[group[0]].type)
        if statement is not None:
            fetch(statement, [[rows[index][0] for index in group]])


@cache
def _keys(projections: tuple[Projection, ...]) -> Keys:
    return Keys(projections)


@cache
def _statement(projections: tuple[Projection, ...], kind: str) -> str | None:
    mine = [
        replace(one, sql=one.sql.replace("%", "%%")) for one in projections if one.fact.type == kind
    ]
    return with_projections(fact=_FACTS, projections=mine) if mine else None
