"""The bus alone, with a little world of its own: real PostgreSQL, real RabbitMQ, no app."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import connection
from kombu import Connection
from pytest_django import DjangoDbBlocker

from project.bus import store, subscriptions
from project.bus.consumers import CONSUMERS
from project.bus.queues import DEAD_LETTERS
from project.bus.registry import bus
from project.bus.sql import run
from project.events.registry import EVENT_TYPES
from project.testing.emptying import delete_rows, restart_sequences
from project.testing.system import stores
from project.testing.system.slot import SLOT
from project.tests.bus import toy_domain


@pytest.fixture(scope="session")
def own_database(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database with the bus's tables and no others, out of every pool's reach."""
    name = f"{SLOT.database}_bus"
    with django_db_blocker.unblock():
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
        with _on(name):
            call_command("migrate", "bus", verbosity=0)
            run(toy_domain.TABLES_SQL)
        yield name
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on(name: str) -> AbstractContextManager[None]:
    return stores.on(database=name, broker=current_app.conf.broker_url)


@pytest.fixture
def world(
    own_database: str, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Empty tables, and a registry that knows the sample world and nothing else."""
    for event in (toy_domain.Requested, toy_domain.Replied):
        monkeypatch.setitem(EVENT_TYPES, event.type, event)
    _only_the_sample(monkeypatch)
    kept = dict(CONSUMERS)
    CONSUMERS.clear()
    with django_db_blocker.unblock(), _on(own_database):
        _forget_statements()
        delete_rows()
        restart_sequences()
        yield
    _forget_statements()
    CONSUMERS.clear()
    CONSUMERS.update(kept)


def _only_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "flow_by_event": {toy_domain.Requested: toy_domain.FLOW},
        "projections": {
            toy_domain.Requested: [toy_domain.TOTALS],
            toy_domain.Replied: [toy_domain.REPLIES],
        },
        "state_tables": dict.fromkeys(toy_domain.TABLES, "sample"),
        "operational_tables": {},
        "subscriptions": {},
        "jobs": [],
        "backlogs": [],
        "cursors": {toy_domain.READER.name: toy_domain.READER},
        "rebuilds": {},
    }
    for name, value in known.items():
        monkeypatch.setattr(bus, name, value)


def _forget_statements() -> None:
    """Statements are made from the projections that are known at the time."""
    for made in (*vars(store).values(), *vars(subscriptions).values()):
        if hasattr(made, "cache_clear"):
            made.cache_clear()


@pytest.fixture
def broker(world: None) -> Iterator[Connection]:
    """A connection to the real broker, its queues there and empty.

    What it publishes is confirmed: another connection that looks next finds it.
    """
    confirming = {"confirm_publish": True}
    with Connection(current_app.conf.broker_url, transport_options=confirming) as found:
        for queue in (DEAD_LETTERS, *bus.declarations()):
            bound = queue(found.default_channel)
            bound.declare()
            bound.purge()
        yield found
