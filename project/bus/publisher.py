"""Publish with pipelined confirms: many messages, then one wait for all of them."""

import logging
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from celery import current_app
from kombu import Connection, Exchange, Producer

from project.bus.queues import DEAD_LETTERS
from project.bus.registry import bus

EVENTS = Exchange("events", "topic", durable=True)

_log = logging.getLogger(__name__)
_CONFIRM_SECONDS = 10.0


class NotConfirmed(Exception):
    """The broker did not take everything: publish again, on a new channel."""


class Publisher:
    """One connection and channel of its own, discarded at the first error.

    After a return, a nack or a time-out, late frames could be mistaken for those of the next
    message, so the channel is never used again.
    """

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._channel: Any = None
        self._open_tags: set[int] = set()
        self._trouble: list[str] = []
        self._tag = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, publish: Callable[[Producer], None]) -> None:
        """Publish one message through `publish(producer)`; it is safe only after `confirm()`."""
        if self._channel is None:
            self._open()
        publish(Producer(self._channel, auto_declare=False))
        self._tag += 1
        self._open_tags.add(self._tag)

    def confirm(self) -> None:
        """Wait until the broker has everything sent so far. Raises NotConfirmed otherwise."""
        give_up = time.monotonic() + _CONFIRM_SECONDS
        while self._open_tags and not self._trouble:
            left = give_up - time.monotonic()
            if left <= 0:
                self._trouble.append(f"{len(self._open_tags)} messages unconfirmed")
                break
            self._drain(left)
        if self._trouble:
            reason = "; ".join(self._trouble[:3])
            self.close()
            raise NotConfirmed(reason)

    def close(self) -> None:
        """Drop the connection without a closing handshake: the broker may not answer."""
        connection, self._connection, self._channel = self._connection, None, None
        self._open_tags, self._trouble, self._tag = set(), [], 0
        if connection is not None:
            connection.collect(socket_timeout=1)

    def _open(self) -> None:
        options = {"read_timeout": 5, "write_timeout": 5}
        self._connection = Connection(
            current_app.conf.broker_url, transport_options=options, connect_timeout=5
        )
        self._channel = self._connection.channel()
        declare_queues(self._channel)
        EVENTS(self._channel).declare()
        self._channel.confirm_select()
        events = self._channel.events
        events["basic_ack"].add(self._on_ack)
        events["basic_nack"].add(self._on_nack)
        events["basic_return"].add(self._on_return)

    def _drain(self, seconds: float) -> None:
        try:
            if self._connection is not None:
                self._connection.drain_events(timeout=min(seconds, 1.0))
        except TimeoutError:
            return

    def _on_ack(self, tag: int, multiple: bool) -> None:
        done = {t for t in self._open_tags if t <= tag} if multiple else {tag}
        self._open_tags -= done

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._trouble.append(f"the broker refused message {tag}")

    def _on_return(self, error: Exception, exchange: str, routing_key: str, message: Any) -> None:
        self._trouble.append(f"no queue for {routing_key}")


def declare_queues(channel: Any) -> None:
    """Declare every queue: one may have been deleted, and messages are published before its worker
    is back."""
    for queue in (DEAD_LETTERS, *bus.declarations()):
        queue(channel).declare()
