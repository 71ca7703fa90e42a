"""The running system's own database, vhost and Redis numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from kombu import Connection
from redis import Redis

from project.bus.queues import DEAD_LETTERS
from project.bus.registry import bus
from project.testing.emptying import delete_rows, restart_sequences
from project.testing.system.slot import SLOT

_TRIES = 5


@contextmanager
def database() -> Iterator[str]:
    """A database with every table and grant, for as long as the block lasts."""
    plain, name = database_now(), f"{SLOT.database}_system"
    # pytest-django makes its database only if a collected test asks for one.
    is_made = plain.startswith(SLOT.database)
    connection.close()
    _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{plain if is_made else "template0"}"')
    if not is_made:
        with on(database=name, broker=current_app.conf.broker_url):
            call_command("migrate", verbosity=0)
    yield name
    _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def on(*, database: str, broker: str) -> Iterator[None]:
    """Move this process to another database and broker, in all its threads."""
    before = connection.settings_dict["NAME"], current_app.conf.broker_url
    _switch(database, broker)
    try:
        yield
    finally:
        _switch(*before)


def _switch(database: str, broker: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database
    settings.CELERY_BROKER_URL = broker
    current_app.conf.update(broker_url=broker)


def empty_database() -> None:
    """Delete every row while the pools are idle; numbers begin at 1 again. Pools keep their
    connections and prepared statements."""
    for left in reversed(range(_TRIES)):
        try:
            delete_rows()
        except OperationalError:  # a deadlock with the relay: one of the two is cancelled
            if not left:
                raise
        else:
            break
    restart_sequences()


def empty_redis() -> None:
    """Flush our two numbers, and no others."""
    for address in (settings.REDIS_URL, settings.CACHE_URL):
        with Redis.from_url(address) as redis:
            redis.flushdb()


def delete_queues() -> None:
    """Delete every queue with its messages."""
    with Connection(current_app.conf.broker_url) as link:
        channel: Any = link.default_channel
        for queue in (DEAD_LETTERS, *bus.declarations()):
            channel.queue_delete(queue.name)


def queue_depth(name: str) -> int:
    """Messages that wait on the waitlist, without those a consumer has taken."""
    with Connection(current_app.conf.broker_url) as link:
        channel: Any = link.default_channel
        return int(channel.queue_declare(name, passive=True).message_count)


def database_now() -> str:
    """The database this process is on."""
    return str(connection.settings_dict["NAME"])
