"""A little world for the bus alone: two facts, one flow of three steps, two state tables."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction

from project.bus.line import stamp
from project.bus.projecting import EVENT_ID, Projection, rows
from project.bus.registry import Cursor
from project.bus.sql import fetch, run
from project.bus.store import append
from project.bus.works import Work
from project.messages.fact import Fact
from project.messages.flow import Flow, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Fact):
    """Starts the flow `asked`."""

    type: ClassVar[str] = "sample.asked.v1"
    stream_of: ClassVar[tuple[str, str]] = ("thing", "thing")
    thing: str
    amount: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Fact):
    """Starts nothing."""

    type: ClassVar[str] = "sample.told.v1"
    stream_of: ClassVar[tuple[str, str]] = ("told", "thing")
    thing: str


FLOW = Flow(
    name="asked",
    fact=Asked,
    steps=(
        Step(task="sample.first", queue="settle", compensation=None),
        Step(task="sample.second", queue="capture", compensation=None),
        Step(task="sample.third", queue="announce", compensation=None),
    ),
)

TASKS = tuple(step.task for step in FLOW.steps)
READER = Cursor(name="reader", facts=(Asked,))

TABLES = ("sample_total", "sample_told")
TABLES_SQL = """
CREATE TABLE IF NOT EXISTS sample_total
    (thing text PRIMARY KEY, total int NOT NULL, last bigint NOT NULL, at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS sample_told
    (id bigint PRIMARY KEY, thing text NOT NULL, cause bigint);
CREATE TABLE IF NOT EXISTS sample_read (id bigint PRIMARY KEY, thing text NOT NULL);
CREATE TABLE IF NOT EXISTS sample_done
    (n bigserial PRIMARY KEY, task text NOT NULL, cause bigint NOT NULL);
"""

TOTALS = Projection(
    fact=Asked,
    table="sample_total",
    sql="""
INSERT INTO sample_total AS t (thing, total, last, at)
SELECT data->>'thing', (data->>'amount')::int, id, recorded_at FROM fact
    ON CONFLICT (thing) DO UPDATE
   SET total = t.total + excluded.total, last = excluded.last, at = excluded.at""",
    writes=(rows(thing="thing"),),
)
TELLINGS = Projection(
    fact=Told,
    table="sample_told",
    sql="INSERT INTO sample_told (id, thing, cause) SELECT id, data->>'thing', cause FROM fact",
    writes=(rows(id=EVENT_ID),),
)
READINGS = Projection(
    fact=Asked,
    table="sample_read",
    sql="INSERT INTO sample_read (id, thing) SELECT id, data->>'thing' FROM fact"
    " WHERE data->>'thing' NOT LIKE '100%'",
    writes=(rows(id=EVENT_ID),),
)

# The newest thing of each amount: facts of several streams meet in its rows.
NEWEST = Projection(
    fact=Asked,
    table="sample_read",
    sql="""
INSERT INTO sample_read (id, thing) SELECT (data->>'amount')::int, data->>'thing' FROM fact
    ON CONFLICT (id) DO UPDATE SET thing = excluded.thing""",
    writes=(rows(id="amount"),),
)


def say(*facts: Fact) -> list[int]:
    """Append in a transaction of their own."""
    with transaction.atomic():
        return append(facts)


def ask(count: int) -> list[int]:
    """Append so many facts that start the flow; their ids."""
    return say(*(Asked(thing=str(n)) for n in range(count)))


def give_up(*facts: Fact) -> None:
    """Append and roll back: the ids are used up, nothing is stored."""
    with transaction.atomic():
        append(facts)
        transaction.set_rollback(True)


def batch_of(count: int) -> tuple[int, list[int]]:
    """A stamped batch of so many facts: its number and their ids in line order."""
    causes = ask(count)
    (one,) = stamp()
    return one.batch, causes


Worker = Callable[[Sequence[int]], Iterable[int] | None]


def first_step(handler: Worker) -> Work:
    """The work of the flow's first step."""
    return Work(task="sample.first", queue="settle", handler=handler)


def note_done(task: str, causes: Iterable[int]) -> None:
    """Write down, in the running transaction, that these were worked on, in this order."""
    for cause in causes:
        run("INSERT INTO sample_done (task, cause) VALUES (%s, %s)", [task, cause])


def done(task: str = "sample.first") -> list[int]:
    """What was worked on and committed, in order."""
    rows = fetch("SELECT cause FROM sample_done WHERE task = %s ORDER BY n", [task])
    return [row[0] for row in rows]


def work_on(causes: Iterable[int]) -> None:
    """A first step without trouble."""
    note_done("sample.first", causes)
