"""What each app registers with the platform when it starts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.core.exceptions import AppRegistryNotReady
from kombu import Queue

from project.bus.projections import Projection
from project.bus.queues import WorkQueue
from project.events.base import Event
from project.events.flow import Flow, Step

WRITE = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """A stored event as a subscriber sees it."""

    id: int
    event: Event
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A reader of events with a cursor of its own. Either it projects (`projections` into
    `tables`, replayable) or it acts (`handler`, in the transaction that moves the cursor)."""

    name: str
    queue: str
    app: str
    events: tuple[type[Event], ...]
    projections: tuple[Projection, ...] = ()
    tables: tuple[str, ...] = ()
    handler: Callable[[list[StoredEvent]], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """A condition that always holds, or with `at_rest` once all work is done. `check` is SQL or a
    function: every row that it returns breaks the invariant and describes how, unless its column
    `changed_since` is true: then it is what staff changed later, listed and not broken."""

    name: str
    check: str | Callable[[], list[str]]
    meaning: str = ""
    at_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A task that the scheduler wakes every `every` seconds."""

    task: str
    queue: str
    every: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The one reader that decides on events of these types, in order. Its position shows how many
    of them are still ahead of a given one."""

    name: str
    events: tuple[type[Event], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGrant:
    """What a PostgreSQL role may do with tables that are not its own."""

    role: str
    tables: tuple[str, ...]
    rights: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """Keys in Redis that an app rebuilds from PostgreSQL. `run` does it at once and returns the
    keys that were wrong; `job` has a pool do it."""

    name: str
    run: Callable[[], Sequence[str]]
    job: Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Work of an app that neither a batch nor a cursor shows. `count` returns how much is left."""

    name: str
    count: Callable[[], int]


@dataclass(slots=True)
class Registry:
    """Everything that the apps registered."""

    flow_by_event: dict[type[Event], Flow] = field(default_factory=dict)
    projections: dict[type[Event], list[Projection]] = field(default_factory=dict)
    state_tables: dict[str, str] = field(default_factory=dict)
    operational_tables: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    invariants: list[Invariant] = field(default_factory=list)
    rebuilds: dict[str, Rebuild] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    backlogs: list[Backlog] = field(default_factory=list)
    queues: dict[str, WorkQueue] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    grants: list[TableGrant] = field(default_factory=list)

    def register_flows(self, flows: Iterable[Flow]) -> None:
        """Register flows. Raises ValueError if a flow has a task twice."""
        for flow in flows:
            if len({step.task for step in flow.steps}) < len(flow.steps):
                raise ValueError(f"the flow {flow.name} has a task twice")
            self.flow_by_event[flow.event] = flow

    def register_state(
        self, app: str, *, tables: Sequence[str], projections: Sequence[Projection]
    ) -> None:
        """Register tables that the app's own events can rebuild, and their projections."""
        self.state_tables.update(dict.fromkeys(tables, app))
        for projection in projections:
            _refuse_foreign(projection, tables)
            self.projections.setdefault(projection.event, []).append(projection)

    def register_operational(self, app: str, *, tables: Sequence[str]) -> None:
        """Register tables that no event describes."""
        self.operational_tables.update(dict.fromkeys(tables, app))

    def register_subscription(self, subscription: Subscription) -> None:
        """Register a reader of other apps' events."""
        for projection in subscription.projections:
            _refuse_foreign(projection, subscription.tables)
        self.state_tables.update(dict.fromkeys(subscription.tables, subscription.app))
        self.subscriptions[subscription.name] = subscription

    def register_invariant(self, *invariants: Invariant) -> None:
        """Register what `check_invariants` checks on live data."""
        self.invariants.extend(invariants)

    def register_cache_rebuild(self, rebuild: Rebuild) -> None:
        """Register keys in Redis whose rebuild may be requested."""
        self.rebuilds[rebuild.name] = rebuild

    def register_job(self, *jobs: Job) -> None:
        """Register periodic work."""
        self.jobs.extend(jobs)

    def backlog(self, backlog: Backlog) -> None:
        """Register work that has to be done before the system is idle."""
        self.backlogs.append(backlog)

    def steps(self) -> dict[str, Step]:
        """Every step of the flows of this version, by its task."""
        return {step.task: step for flow in self.flow_by_event.values() for step in flow.steps}

    def register_queue(self, *queues: WorkQueue) -> None:
        """Register queues of the app's pools. Raises ValueError if another app has one."""
        for queue in queues:
            if queue.name in self.queues:
                raise ValueError(f"two apps read the queue {queue.name}")
            self.queues[queue.name] = queue

    def register_cursor(self, cursor: Cursor) -> None:
        """Register a deciding reader. Raises ValueError if another one decides on the same type."""
        for other in self.cursors.values():
            if shared := set(other.events) & set(cursor.events):
                types = ", ".join(sorted(event.type for event in shared))
                raise ValueError(f"{other.name} and {cursor.name} both decide on {types}")
        self.cursors[cursor.name] = cursor

    def register_grant(self, *grants: TableGrant) -> None:
        """Register rights of a role beyond those on its own tables."""
        self.grants.extend(grants)

    def declarations(self) -> tuple[Queue, ...]:
        """Every queue, for Celery and RabbitMQ. Raises AppRegistryNotReady while apps register:
        Celery keeps the first result, which would be incomplete."""
        if not apps.ready:
            raise AppRegistryNotReady("The queues are known once every app is ready.")
        return tuple(queue.declaration for queue in self.queues.values())


def _refuse_foreign(projection: Projection, tables: Sequence[str]) -> None:
    if projection.table not in tables:
        raise ValueError(f"{projection.table} is projected but not listed as a state table")


bus = Registry()
