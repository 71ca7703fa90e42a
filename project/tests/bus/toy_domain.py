"""A little world for the bus alone: two events, one flow of three steps, two state tables."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction

from project.bus.consumers import Consumer
from project.bus.projections import EVENT_ID, Projection, rows
from project.bus.registry import Cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.bus.store import append
from project.events.base import Event
from project.events.flow import Flow, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested(Event):
    """Starts the flow `requested`."""

    type: ClassVar[str] = "sample.requested.v1"
    stream_of: ClassVar[tuple[str, str]] = ("thing", "thing")
    thing: str
    amount: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(Event):
    """Starts nothing."""

    type: ClassVar[str] = "sample.replied.v1"
    stream_of: ClassVar[tuple[str, str]] = ("reply", "thing")
    thing: str


FLOW = Flow(
    name="requested",
    event=Requested,
    steps=(
        Step(task="sample.first", queue="decide", compensation=None),
        Step(task="sample.second", queue="capture", compensation=None),
        Step(task="sample.third", queue="announce", compensation=None),
    ),
)

TASKS = tuple(step.task for step in FLOW.steps)
READER = Cursor(name="reader", events=(Requested,))

TABLES = ("sample_total", "sample_replied")
TABLES_SQL = """
CREATE TABLE IF NOT EXISTS sample_total
    (thing text PRIMARY KEY, total int NOT NULL, last bigint NOT NULL, at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS sample_replied
    (id bigint PRIMARY KEY, thing text NOT NULL, flow_id bigint);
CREATE TABLE IF NOT EXISTS sample_read (id bigint PRIMARY KEY, thing text NOT NULL);
CREATE TABLE IF NOT EXISTS sample_done
    (n bigserial PRIMARY KEY, task text NOT NULL, flow_id bigint NOT NULL);
"""

TOTALS = Projection(
    event=Requested,
    table="sample_total",
    sql="""
INSERT INTO sample_total AS t (thing, total, last, at)
SELECT data->>'thing', (data->>'amount')::int, id, recorded_at FROM event
    ON CONFLICT (thing) DO UPDATE
   SET total = t.total + excluded.total, last = excluded.last, at = excluded.at""",
    writes=(rows(thing="thing"),),
)
REPLIES = Projection(
    event=Replied,
    table="sample_replied",
    sql="INSERT INTO sample_replied (id, thing, flow_id)"
    " SELECT id, data->>'thing', flow_id FROM event",
    writes=(rows(id=EVENT_ID),),
)
READINGS = Projection(
    event=Requested,
    table="sample_read",
    sql="INSERT INTO sample_read (id, thing) SELECT id, data->>'thing' FROM event"
    " WHERE data->>'thing' NOT LIKE '100%'",
    writes=(rows(id=EVENT_ID),),
)

# The newest thing of each amount: events of several streams meet in its rows.
NEWEST = Projection(
    event=Requested,
    table="sample_read",
    sql="""
INSERT INTO sample_read (id, thing) SELECT (data->>'amount')::int, data->>'thing' FROM event
    ON CONFLICT (id) DO UPDATE SET thing = excluded.thing""",
    writes=(rows(id="amount"),),
)


def record(*events: Event) -> list[int]:
    """Append in a transaction of their own."""
    with transaction.atomic():
        return append(events)


def ask(count: int) -> list[int]:
    """Append so many events that start the flow; their ids."""
    return record(*(Requested(thing=str(n)) for n in range(count)))


def give_up(*events: Event) -> None:
    """Append and roll back: the ids are used up, nothing is stored."""
    with transaction.atomic():
        append(events)
        transaction.set_rollback(True)


def batch_of(count: int) -> tuple[int, list[int]]:
    """A sequenced batch of so many events: its number and their ids in order of position."""
    flow_ids = ask(count)
    (one,) = sequence_outbox()
    return one.batch, flow_ids


Worker = Callable[[Sequence[int]], Iterable[int] | None]


def first_step(handler: Worker) -> Consumer:
    """The work of the flow's first step."""
    return Consumer(task="sample.first", queue="decide", handler=handler)


def note_done(task: str, flow_ids: Iterable[int]) -> None:
    """Write down, in the running transaction, that these were worked on, in this order."""
    for flow_id in flow_ids:
        run("INSERT INTO sample_done (task, flow_id) VALUES (%s, %s)", [task, flow_id])


def done(task: str = "sample.first") -> list[int]:
    """What was worked on and committed, in order."""
    rows = fetch("SELECT flow_id FROM sample_done WHERE task = %s ORDER BY n", [task])
    return [row[0] for row in rows]


def work_on(flow_ids: Iterable[int]) -> None:
    """A first step without trouble."""
    note_done("sample.first", flow_ids)


class Died(BaseException):
    """What no handler of errors can catch: the process was killed."""


class Poisoned:
    """A step that cannot work on one event, and writes before it finds out."""

    def __init__(self, *bad: int, error: BaseException | None = None) -> None:
        self.bad = set(bad)
        self.error = error or ValueError("cannot work on this one")

    def __call__(self, flow_ids: Sequence[int]) -> None:
        for flow_id in flow_ids:
            note_done("sample.first", [flow_id])
            if flow_id in self.bad:
                raise self.error
