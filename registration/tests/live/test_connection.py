"""Parts of the live updates: slow readers, the seat cache, publishing after the commit."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from pytest_django import Settings

from project.events.registration import BlockChanged, DropRequested
from project.live import push
from project.ops.redis import client
from registration.live.auth import is_foreign
from registration.live.connection import MOST_MOVED, Connection
from registration.live.interval import AdaptiveInterval
from registration.live.seat_cache import SeatCache
from registration.selectors.availability import Availability

EVENT = DropRequested(registration="r", student=7, section=1)
OTHER = BlockChanged(block=1, student=8, digest="5b1c")


async def shown_to(
    change: Callable[[Connection, asyncio.Event], Awaitable[None]],
) -> list[dict[str, Any]]:
    """Messages sent to a page whose reader accepts nothing until the event is set."""
    reads, sent = asyncio.Event(), list[dict[str, Any]]()

    async def send(message: Mapping[str, Any]) -> None:
        await reads.wait()
        sent.append(json.loads(message["text"]))

    page = Connection(
        student=1, send=send, shown=lambda section: (section, 0), interval=AdaptiveInterval()
    )
    await change(page, reads)
    await asyncio.sleep(0.5)
    return sent


def test_a_slow_reader_is_sent_only_the_newest() -> None:
    async def storm(page: Connection, reads: asyncio.Event) -> None:
        for number in range(2000):
            page.seats_changed((number % 5,))
            page.registration_moved(str(number))
            await asyncio.sleep(0)
        assert len(page._seats) == 5
        assert len(page._moved) == MOST_MOVED
        reads.set()

    sent = asyncio.run(shown_to(storm))
    assert 2 <= len(sent) <= 4
    assert sent[1]["seats"] == {str(number): [number, 0] for number in range(5)}


def test_a_reader_who_never_reads_is_disconnected() -> None:
    ended: list[Mapping[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await asyncio.sleep(60)
        ended.append(message)

    async def wait() -> None:
        with patch("registration.live.connection.SLOW_SECONDS", 0.05):
            page = Connection(
                student=1, send=send, shown=lambda _: None, interval=AdaptiveInterval()
            )
            page.inbox_changed()
            await asyncio.sleep(0.3)

    asyncio.run(wait())
    assert [one["code"] for one in ended] == [4408]


def test_an_update_during_a_read_of_the_seat_cache_wins() -> None:
    async def read() -> Any:
        seat_cache = SeatCache(look)
        caches.append(seat_cache)
        await seat_cache.learn([1, 2])
        return await seat_cache.read_again(), seat_cache.shown(1), seat_cache.shown(2)

    looks = 0
    caches: list[SeatCache] = []

    async def look(sections: object) -> Mapping[int, Availability]:
        nonlocal looks
        looks += 1
        if looks == 2:
            caches[0].update(fencing_token=1, counts={1: (9, 0)})
        seats = Availability(capacity=10, is_open=True, taken=looks, waiting=0)
        return {1: seats, 2: seats}

    assert asyncio.run(read()) == ([2], (1, 0), (8, 0))


@pytest.mark.parametrize(
    ("origin", "foreign"),
    [
        (None, False),
        ("https://registration.example", False),
        ("https://registration.example:444", False),
        ("http://[::1]:8000", False),
        ("https://registration.example.evil.example", True),
        ("https://[::1", True),
        ("null", True),
        ("", True),
    ],
)
def test_only_our_own_pages_are_admitted(settings: Settings, origin: str, foreign: bool) -> None:
    settings.ALLOWED_HOSTS = ["registration.example", "[::1]"]
    assert is_foreign(origin) is foreign


@pytest.mark.django_db(transaction=True)
def test_updates_are_published_once_and_only_after_the_commit() -> None:
    with client().pubsub(ignore_subscribe_messages=True) as pubsub:  # type: ignore[no-untyped-call]
        pubsub.subscribe(push.channel())
        pubsub.get_message(timeout=1)
        with transaction.atomic():
            push.push_events([EVENT])
            transaction.set_rollback(True)
        with transaction.atomic():
            push.push_events([EVENT, EVENT, OTHER], in_inbox=True)
            assert pubsub.get_message(timeout=0.2) is None
        message = pubsub.get_message(timeout=2)
        assert pubsub.get_message(timeout=0.2) is None
    assert message is not None
    update = push.decode(message["data"])
    assert (update.moved, update.inbox, update.seats) == ([(7, "r")], [7], {})
    assert abs(update.at - time.time()) < 5


@pytest.mark.django_db(transaction=True)
def test_without_redis_a_step_continues_and_retries_it_rarely(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(push, "_silent_until", 0.0)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    for _ in range(3):
        with transaction.atomic():
            push.push_events([EVENT])
    assert len([one for one in caplog.records if "redis is away" in one.message]) == 1
