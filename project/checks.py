"""Settings that must hold, asserted at every start: each was learnt from a failure."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import autodiscover_modules
from redis import RedisError

from project import queues
from project.bus.registry import bus
from project.celery import app
from project.redis import client

Holds = Callable[[Any], bool]


def _is(wanted: object) -> Holds:
    return lambda value: value is wanted


def _within(least: float, most: float) -> Holds:
    return lambda value: value is not None and least <= value <= most


# Celery setting, what must hold, why. The why is what a person reads.
CELERY: tuple[tuple[str, Holds, str], ...] = (
    ("task_acks_late", _is(True), "else a killed worker loses what it was doing"),
    ("task_reject_on_worker_lost", _is(True), "else a killed pool child loses its task"),
    ("task_ignore_result", _is(True), "progress lies in PostgreSQL"),
    ("result_backend", lambda value: value in (None, "disabled://"), "there is no use for one"),
    ("task_serializer", lambda value: value == "json", "only JSON may travel"),
    ("accept_content", lambda value: list(value) == ["json"], "else a message may run code"),
    ("task_create_missing_queues", _is(False), "else a typo makes a queue nobody reads"),
    ("task_default_exchange", lambda value: value == queues.WORK.name, "one exchange for work"),
    ("task_default_exchange_type", lambda value: value == "topic", "queues are bound by topic"),
    ("task_default_queue", lambda value: value in bus.queues, "it must be one that is read"),
    ("task_time_limit", _within(1, 600), "the broker kills a worker whose task takes 30 min"),
    ("task_soft_time_limit", _within(1, 600), "a task must get a chance to end in order"),
    ("worker_prefetch_multiplier", _within(10, 1000), "below, a solo worker sleeps between tasks"),
    ("worker_detect_quorum_queues", _is(True), "quorum queues know no global prefetch"),
    (
        "worker_consumer",
        lambda value: value == "project.workers:Consumer",
        "else a pool starts without the next step's queue, and makes 28 for delayed tasks",
    ),
    ("worker_hijack_root_logger", _is(False), "logs are one line per entry, in our form"),
    ("worker_soft_shutdown_timeout", _within(1, 120), "a worker must finish what it holds"),
    (
        "worker_cancel_long_running_tasks_on_connection_loss",
        _is(True),
        "else a task runs twice side by side after a cut",
    ),
    ("control_queue_exclusive", _is(False), "else a quick restart is refused by the broker"),
    ("broker_connection_retry_on_startup", _is(True), "pools may start before the broker"),
    ("broker_connection_max_retries", _is(None), "a pool must never give up on the broker"),
    ("broker_channel_error_retry", _is(True), "else consumer_timeout kills the worker"),
    ("broker_pool_acquire_timeout", _within(0.1, 30), "the default waits for ever"),
)
TRANSPORT: tuple[tuple[str, Holds, str], ...] = (
    ("confirm_publish", _is(True), "else a publish may be lost unseen"),
    ("read_timeout", _within(1, 30), "else a broker in alarm hangs the publisher for ever"),
    ("write_timeout", _within(1, 30), "else a broker in alarm hangs the publisher for ever"),
)
QUEUE: tuple[tuple[str, Holds, str], ...] = (
    ("x-queue-type", lambda value: value == "quorum", "it must survive a node"),
    ("x-delivery-limit", _within(1, 20), "without one a requeued message loses its place"),
    ("x-dead-letter-exchange", lambda value: value == queues.DEAD.name, "poison must be kept"),
    ("x-dead-letter-strategy", lambda value: value == "at-least-once", "poison must be kept"),
    ("x-overflow", lambda value: value == "reject-publish", "at-least-once needs it"),
)


def _broken(where: str, found: Callable[[str], Any], table: Any) -> Iterator[tuple[str, str]]:
    for name, holds, why in table:
        value = found(name)
        if not holds(value):
            yield f"{where} {name} is {value!r}.", f"It matters: {why}."


@register(Tags.compatibility)
def celery_settings(**_: Any) -> list[CheckMessage]:
    """Celery and its connection to the broker."""
    transport = app.conf.broker_transport_options or {}
    found = [
        *_broken("Celery's", lambda name: getattr(app.conf, name), CELERY),
        *_broken("broker_transport_options'", transport.get, TRANSPORT),
    ]
    if app.conf.broker_url and not str(app.conf.broker_url).startswith("amqp"):
        found.append(("The broker is not RabbitMQ.", "Quorum queues and confirms are needed."))
    if not getattr(app.Task, "mandatory", False):
        found.append(("Tasks are not mandatory.", "The broker confirms what it drops."))
    if app.conf.task_always_eager:
        found.append(("Tasks run in their caller.", "Take CELERY_TASK_ALWAYS_EAGER away."))
    return [Error(message, hint=hint, id="project.E001") for message, hint in found]


@register(Tags.compatibility)
def celery_queues(**_: Any) -> list[CheckMessage]:
    """Every queue: quorum, limited, dead-lettering; named by one plain word."""
    found: list[tuple[str, str]] = []
    declared = {queue.name: queue for queue in app.conf.task_queues}
    if set(declared) != set(bus.queues):
        found.append((f"The queues are {sorted(declared)}.", f"Make them {sorted(bus.queues)}."))
    for name, queue in declared.items():
        arguments = queue.queue_arguments or {}
        found += _broken(f"Queue {name}'s", arguments.get, QUEUE)
        if not (name.isalpha() and queue.routing_key == name):
            found.append((f"Queue {name} has routing key {queue.routing_key}.", "One plain word."))
        if not queue.durable:
            found.append((f"Queue {name} is not durable.", "It must survive a restart."))
    if queues.DEAD_LETTERS.name in declared:
        found.append(("Dead letters are in task_queues.", "Delayed tasks would get in there."))
    return [Error(message, hint=hint, id="project.E002") for message, hint in found]


@register(Tags.compatibility)
def task_routes(**_: Any) -> list[CheckMessage]:
    """Task names are dotted, and each names a queue there is."""
    # Not by Celery's own loader: that runs the checks.
    autodiscover_modules("tasks")
    own = {
        name: getattr(task, "queue", None)
        for name, task in app.tasks.items()
        if not name.startswith("celery.")
    }
    return [
        Error(
            f"Task {name} has queue {queue!r}.",
            hint=f"A dotted name, and one of {', '.join(bus.queues)}.",
            id="project.E003",
        )
        for name, queue in own.items()
        if "." not in name or queue not in bus.queues
    ]


@register(Tags.database)
def database_settings(**_: Any) -> list[CheckMessage]:
    """Connections to PostgreSQL are kept, and looked at before use."""
    found = []
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.postgresql":
        found.append(("The database is not PostgreSQL.", "Set DATABASE_URL=postgresql://…"))
    if database.get("CONN_MAX_AGE", 0) is not None:
        found.append(("CONN_MAX_AGE is not None.", "A connection per request costs 5/6 of them."))
    if not database.get("CONN_HEALTH_CHECKS"):
        found.append(("CONN_HEALTH_CHECKS is off.", "A kept connection may be a dead one."))
    if (app.conf.get("db_reuse_max") or 0) < 10**6:
        found.append(("CELERY_DB_REUSE_MAX is small.", "Celery closes connections otherwise."))
    return [Error(message, hint=hint, id="project.E004") for message, hint in found]


@register(Tags.security, deploy=True)
def redis_keeps(**_: Any) -> list[CheckMessage]:
    """Redis must not evict seat locks, limits and sessions, and must keep them on disk."""
    wanted = {"maxmemory-policy": "noeviction", "appendonly": "yes"}
    try:
        given = {name: client().config_get(name).get(name) for name in wanted}
    except RedisError as error:
        return [Error(f"Redis does not answer: {error}", hint="Start it.", id="project.E005")]
    return [
        Error(f"Redis has {name} {given[name]}.", hint=f"Set it to {value}.", id="project.E005")
        for name, value in wanted.items()
        if given[name] != value
    ]


@register(Tags.security, deploy=True)
def production_values(**_: Any) -> list[CheckMessage]:
    """Values that are fine on one's own machine and nowhere else."""
    unsafe = (
        (settings.DEBUG, "DEBUG is on.", "Unset DEBUG."),
        (not settings.TLS, "TLS is off: tokens and cookies travel in the clear.", "Set TLS=on."),
        ("*" in settings.ALLOWED_HOSTS, "ALLOWED_HOSTS takes any name.", "Name the site's own."),
        (
            set(settings.ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"},
            "ALLOWED_HOSTS has only this machine's names.",
            "Set ALLOWED_HOSTS to the site's name.",
        ),
        (
            not settings.SITE_URL.startswith("https://"),
            "SITE_URL is not https.",
            "Set SITE_URL to the address that people use.",
        ),
        (
            settings.SERVICE == "owner",
            "This process connects as the owner of all tables.",
            "Set SERVICE to what it is: web, relay, beat or an app.",
        ),
    )
    return [
        Error(message, hint=hint, id="project.E006") for wrong, message, hint in unsafe if wrong
    ]
