"""The relay: sequences the outbox and publishes batches. One leads, the others wait."""

import logging
import signal
import time

from amqp.exceptions import AMQPError
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerDown
from redis import RedisError
from redis.client import PubSub

from project.bus.dispatch import publish_batches
from project.bus.locks import try_become_leader
from project.bus.publisher import NotConfirmed, Publisher
from project.bus.sequencer import (
    SequencedBatch,
    chains_in_flight,
    confirm,
    sequence_outbox,
    unconfirmed,
)
from project.bus.sql import fetch
from project.bus.unknown import readmit_known_events
from project.bus.wakeup import CHANNEL
from project.ops.faultpoints import crash_point
from project.ops.redis import client

_log = logging.getLogger(__name__)
_DATABASE_DOWN = (OperationalError, InterfaceError)
_BROKER_DOWN = (NotConfirmed, BrokerDown, KombuError, AMQPError, OSError)
_AT_ONCE = 50
_BUSY_SIZE = 10
"""Registrations in one run from which on the wait is longest."""


class Relay:
    """Sequences and publishes the events in the outbox, for as long as it leads."""

    def __init__(self) -> None:
        self._publisher = Publisher()
        self._wakeups = WakeupListener()
        self._is_stopping = False
        self._has_unconfirmed = True

    def run(self) -> None:
        """Run until a signal stops it. Survives the loss of database, broker and Redis."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._is_stopping:
            try:
                self._lead()
            except _DATABASE_DOWN as error:
                _log.warning("relay waits for the database: %s", str(error).strip())
                connection.close()
                time.sleep(1)
        self._publisher.close()

    def _stop(self, *_: object) -> None:
        self._is_stopping = True

    def _lead(self) -> None:
        """Wait to become the leader, then work. The lock belongs to the connection: a new one
        means a new election, and batches the old leader left unpublished come first."""
        while not try_become_leader("relay"):
            if self._is_stopping:
                return
            time.sleep(0.5)
        self._has_unconfirmed = True
        readmit_known_events()
        _log.info("relay leads")
        while not self._is_stopping:
            self._wakeups.wait(self.run_once())

    def run_once(self) -> float:
        """Sequence and publish the outbox once. Returns how many seconds to wait until the next."""
        if self._has_unconfirmed and not self._publish(unconfirmed()):
            return 1.0
        if chains_in_flight() >= settings.CHAINS_IN_FLIGHT:
            return settings.POLL_QUIET_MS / 1000
        sequenced = sequence_outbox()
        if sequenced:
            crash_point("relay.sequenced")
        if sequenced and not self._publish(sequenced):
            return 1.0
        return self._patience(sequenced)

    def _publish(self, sequenced: list[SequencedBatch]) -> bool:
        """Publish and record the confirms. False if the broker is down: all is published again."""
        try:
            for start in range(0, len(sequenced), _AT_ONCE):
                some = sequenced[start : start + _AT_ONCE]
                publish_batches(self._publisher, some)
                crash_point("relay.published")
                confirm([one.batch for one in some])
        except _BROKER_DOWN as error:
            _log.warning("relay waits for the broker: %s", error)
            self._publisher.close()
            self._has_unconfirmed = True
            return False
        self._has_unconfirmed = False
        return True

    def _patience(self, sequenced: list[SequencedBatch]) -> float:
        """Seconds to wait: more after larger batches, so that batches grow under load. A step costs
        much the same for one registration as for fifty."""
        started = [one for one in sequenced if one.steps]
        if not started:
            return settings.POLL_QUIET_MS / 1000
        share = min(self._size(started) / _BUSY_SIZE, 1.0)
        span = settings.POLL_BUSY_MS - settings.POLL_QUIET_MS
        return (settings.POLL_QUIET_MS + share * span) / 1000

    def _size(self, sequenced: list[SequencedBatch]) -> int:
        rows = fetch(
            "SELECT coalesce(sum(size), 0) FROM bus_batch WHERE id = ANY(%s)",
            [[one.batch for one in sequenced]],
        )
        return int(rows[0][0])


class WakeupListener:
    """Waits between two runs; while there is little load, a wake-up through Redis ends the wait."""

    def __init__(self) -> None:
        self._hints: PubSub | None = None

    def wait(self, seconds: float) -> None:
        """Wait at most `seconds`. A wake-up shortens only a quiet wait: under load batches grow."""
        if seconds > settings.POLL_QUIET_MS / 1000:
            time.sleep(seconds)
            return
        try:
            self._listen().get_message(ignore_subscribe_messages=True, timeout=seconds)
        except (RedisError, OSError):
            self._hints = None
            time.sleep(seconds)

    def _listen(self) -> PubSub:
        if self._hints is None:
            hints: PubSub = client().pubsub()  # type: ignore[no-untyped-call]
            hints.subscribe(CHANNEL)
            self._hints = hints
        return self._hints
