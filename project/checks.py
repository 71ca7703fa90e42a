"""System checks of machine-dependent settings and of names that apps choose, run at every start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import autodiscover_modules
from redis import RedisError

from project.bus.registry import bus
from project.celery import app
from project.ops.redis import client


@register(Tags.compatibility)
def broker_settings(**_: Any) -> list[CheckMessage]:
    """The broker is RabbitMQ."""
    if str(app.conf.broker_url).startswith("amqp"):
        return []
    message, hint = "The broker is not RabbitMQ.", "Quorum queues and confirms are needed."
    return [Error(message, hint=hint, id="project.E001")]


@register(Tags.compatibility)
def queue_names(**_: Any) -> list[CheckMessage]:
    """Queue names are routing keys: with a dot in its name, a queue would get delayed tasks of
    another."""
    return [
        Error(f"Queue {name!r} is not one plain word.", hint="Letters only.", id="project.E002")
        for name in bus.queues
        if not name.isalpha()
    ]


@register(Tags.compatibility)
def task_routes(**_: Any) -> list[CheckMessage]:
    """Task names are dotted, and each names an existing queue."""
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
def database_engine(**_: Any) -> list[CheckMessage]:
    """The database is PostgreSQL: events, projections and locks depend on its SQL."""
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        return []
    hint = "Set DATABASE_URL=postgresql://…"
    return [Error("The database is not PostgreSQL.", hint=hint, id="project.E004")]


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
    """Settings that are fine for development only."""
    unsafe = (
        (settings.DEBUG, "DEBUG is on.", "Unset DEBUG."),
        (
            not settings.HTTPS,
            "HTTPS is off: tokens and cookies travel in the clear.",
            "Set HTTPS=on.",
        ),
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
            settings.TIME_ZONE == "UTC",
            "CAMPUS_TIME_ZONE is UTC: students would miss deadlines by hours.",
            "Set CAMPUS_TIME_ZONE to the campus's own, such as Europe/London.",
        ),
        (
            settings.DB_ROLE == "owner",
            "This process connects as the owner of all tables.",
            "Set DB_ROLE to what it is: web, relay, scheduler or an app.",
        ),
    )
    return [
        Error(message, hint=hint, id="project.E006") for wrong, message, hint in unsafe if wrong
    ]
