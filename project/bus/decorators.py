"""Decorators by which an app's `tasks.py` declares its consumers. A message is only a wake-up."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from celery import Task, shared_task
from celery.exceptions import Reject
from celery.signals import task_success

from project.bus.bisection import DOWN
from project.bus.consumers import Consumer, Handler, Touches, register
from project.bus.registry import Subscription, bus
from project.bus.runner import close_broken_connection, run_batch, run_cursor
from project.bus.store import load_events, streams
from project.bus.subscriptions import project_recorded
from project.ops.faultpoints import crash_point

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0

Decorated = Callable[[Handler], Handler]


def step(task: str, *, queue: str) -> Decorated:
    """A step of a flow: the handler gets the ids of the events that began it, in order of position,
    in one transaction. It returns those that must be tried later; what it raises is a bug."""

    def decorate(handler: Handler) -> Handler:
        consumer = register(Consumer(task=task, queue=queue, handler=handler))
        _make_task(
            consumer, lambda batch, again: run_batch(consumer, batch=batch, is_redelivered=again)
        )
        return handler

    return decorate


def cursor_step(
    task: str, *, queue: str, cursor: str, touches: Touches, window: int = 400
) -> Decorated:
    """A step with one writer: each run takes everything after the cursor that the app registered,
    in order. An event whose rows another transaction holds is deferred, and retried before any
    later one that `touches` the same keys."""

    def decorate(handler: Handler) -> Handler:
        consumer = register(
            Consumer(
                task=task,
                queue=queue,
                handler=handler,
                cursor=cursor,
                events=bus.cursors[cursor].events,
                window=window,
                touches=touches,
            )
        )
        _make_task(
            consumer, lambda batch, again: run_cursor(consumer, batch=batch, is_redelivered=again)
        )
        return handler

    return decorate


def subscription_task(name: str) -> None:
    """Make the task of a subscription that the app has registered."""
    subscription = bus.subscriptions[name]
    consumer = register(
        Consumer(
            task=name,
            queue=subscription.queue,
            handler=_subscriber(subscription),
            cursor=name,
            events=subscription.events,
            window=1000,
            touches=streams,
        )
    )
    _make_task(consumer, lambda _, again: run_cursor(consumer, is_redelivered=again))


def _subscriber(subscription: Subscription) -> Handler:
    def handle(event_ids: Sequence[int]) -> None:
        if subscription.handler is None:
            project_recorded(subscription, event_ids)
        else:
            subscription.handler(load_events(event_ids))

    return handle


def job_task(task: str, *, queue: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A job that the scheduler wakes; it has no batch, and one that fails runs again when due."""

    def decorate(job: Callable[[], None]) -> Callable[[], None]:
        @shared_task(name=task, queue=queue, bind=True)
        def run(_: Task[Any, Any], batch: int | None = None) -> None:
            _guarded(task, job)

        return job

    return decorate


def _make_task(consumer: Consumer, do: Callable[[Any, bool], None]) -> None:
    @shared_task(name=consumer.task, queue=consumer.queue, bind=True)
    def run(self: Task[Any, Any], batch: int | None = None) -> None:
        again = bool((self.request.delivery_info or {}).get("redelivered"))
        _guarded(consumer.task, lambda: do(batch, again))


def _guarded(task: str, do: Callable[[], None]) -> None:
    """If the database is down, wait a second and requeue the message, which keeps its place in the
    queue."""
    try:
        do()
    except DOWN as error:
        _log.warning("waiting task=%s error=%s", task, str(error).strip())
        close_broken_connection()
        time.sleep(_PAUSE_SECONDS)
        raise Reject(str(error), requeue=True) from error


@task_success.connect
def _reach_linked(sender: Any = None, **_: Any) -> None:
    """After the next link of the chain was published, before this message is acknowledged."""
    crash_point(f"{sender.name}.linked")
