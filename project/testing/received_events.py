"""Events of another service, stored as that service would, without its projections."""

from project.bus.sql import fetch
from project.events.base import Event, to_json

_STORE = """
INSERT INTO bus_event (stream, version, type, flow_id, data)
SELECT %(stream)s, count(*) + 1, %(type)s, %(flow_id)s, %(data)s
  FROM bus_event WHERE stream = %(stream)s
RETURNING id"""


def receive(event: Event, *, flow_id: int | None = None) -> int:
    """Store the event and return its id. It gets no position: no relay sees it."""
    stored = {
        "stream": event.stream,
        "type": event.type,
        "flow_id": flow_id,
        "data": to_json(event),
    }
    return int(fetch(_STORE, stored)[0][0])
