"""`manage.py status`: whether everything works, and what waits where."""

from collections.abc import Iterator
from typing import Any

from amqp.exceptions import AMQPError, NotFound
from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError
from kombu import Connection
from kombu.exceptions import KombuError

from project.bus.monitoring import get_bus_status, get_consumer_lags
from project.bus.queues import DEAD_LETTERS
from project.bus.registry import bus
from project.celery import app

Lines = Iterator[tuple[str, str, bool]]
_BROKER_DOWN = (KombuError, AMQPError, OSError)


class Command(BaseCommand):
    """Exits 0 when all is well, 1 when a person should look; what to look at is marked."""

    help = "Queues, pools, outbox, line, batches, readers of the line, dead letters."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each part, then exit with the overall status."""
        trouble = False
        for title, look in (("Queues", _queues), ("Pools", _pools), ("Bus", _bus)):
            self.stdout.write(self.style.MIGRATE_HEADING(title))
            for name, words, is_well in _caught(look()):
                line = f"  {name:<26} {words}"
                self.stdout.write(line if is_well else self.style.ERROR(f"{line}  <- look here"))
                trouble = trouble or not is_well
        if trouble:
            raise SystemExit(1)


def _caught(lines: Lines) -> Lines:
    """Report a server that does not respond as one more line."""
    try:
        yield from lines
    except _BROKER_DOWN as error:
        yield "broker", f"does not answer ({type(error).__name__})", False
    except ProgrammingError:
        yield "database", "has no tables yet: `make up` makes them", False
    except OperationalError as error:
        yield "database", f"does not answer ({str(error).strip().splitlines()[0]})", False


def _queues() -> Lines:
    """Count by passive declaration: the broker's own counts of quorum queues lag by seconds."""
    with app.connection_for_read(connect_timeout=3) as connection:
        for name in bus.queues:
            yield _queue(connection, name, needs_readers=True)
        yield _queue(connection, DEAD_LETTERS.name, needs_readers=False)


def _queue(connection: Connection, name: str, *, needs_readers: bool) -> tuple[str, str, bool]:
    try:
        channel: Any = connection.channel()
        with channel:
            found = channel.queue_declare(name, passive=True)
    except NotFound:
        return name, "is not there: no pool has started yet", False
    if not needs_readers:
        return name, f"{found.message_count} waiting", found.message_count == 0
    words = f"{found.message_count} waiting, {found.consumer_count} reading"
    return name, words, found.consumer_count > 0


def _pools() -> Lines:
    answers = app.control.inspect(timeout=2).ping() or {}
    for name in sorted(answers):
        yield name, "alive", True
    if not answers:
        yield "no pool", "answers: `make up` starts them", False


def _bus() -> Lines:
    pulse = get_bus_status()
    yield "outbox", f"{pulse.outbox} events, oldest {pulse.outbox_age:.1f} s", pulse.outbox_age < 5
    yield "line", f"ends at {pulse.last_position}", True
    under_way = f"{pulse.batches_under_way} under way, oldest {pulse.oldest_batch_age:.1f} s"
    yield "batches", under_way, True
    yield "late batches", str(pulse.batches_late), pulse.batches_late == 0
    for lag in get_consumer_lags():
        yield f"reader {lag.name}", f"at {lag.position}, {lag.behind} behind", True
    yield "dead letters", str(pulse.dead_letters), pulse.dead_letters == 0
