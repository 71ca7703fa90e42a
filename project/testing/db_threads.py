"""Threads that each have a connection of their own, and meet at barriers, never by sleeping."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection

from project.bus.sql import fetch

T = TypeVar("T")
PATIENCE = 20.0


def on_own_connection(do: Callable[[], T]) -> T:
    """Run it, and close the connection of the thread."""
    try:
        return do()
    finally:
        connection.close()


@contextmanager
def aside(do: Callable[[], T]) -> Any:
    """Run it in a thread beside the block; yields its future and waits for it at the end."""
    with ThreadPoolExecutor(1) as pool:
        future: Future[T] = pool.submit(on_own_connection, do)
        yield future
        future.exception(timeout=PATIENCE)


def all_at_once(jobs: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run all jobs, each in its thread, all at once. Returns their results or exceptions."""
    barrier = Barrier(len(jobs))

    def start(job: Callable[[], T]) -> T:
        fetch("SELECT 1")
        barrier.wait(PATIENCE)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(on_own_connection, lambda job=job: start(job)) for job in jobs]
        return [_outcome(future) for future in futures]


def _outcome(future: Future[Any]) -> Any:
    error = future.exception(timeout=3 * PATIENCE)
    if isinstance(error, Exception):
        return error
    return future.result()


def until(is_so: Callable[[], bool]) -> None:
    """Look until it is so. Raises TimeoutError after a while."""
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > give_up:
            raise TimeoutError("it did not come about")


def somebody_waits_for_a_lock() -> bool:
    """Whether another connection to this database stands before a lock."""
    rows = fetch(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(rows[0][0])
