"""One open page: what it is sent and when, and when a slow reader is disconnected."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from project.testing.virtual_time import run_virtually
from registration.live.connection import (
    FAREWELL_SECONDS,
    MOST_MOVED,
    SLOW_SECONDS,
    Connection,
)
from registration.live.interval import SHORTEST_SECONDS, AdaptiveInterval
from registration.live.protocol import TOO_SLOW

Reader = Callable[[Mapping[str, Any]], Awaitable[None]]
Messages = list[tuple[float, Any]]


def page(reader: Reader, *, pause: float = SHORTEST_SECONDS, **more: Any) -> Connection:
    interval = AdaptiveInterval(pause=pause)
    return Connection(student=1, send=reader, shown=lambda n: (n, 0), interval=interval, **more)


def reading(into: Messages, *, seconds: float = 0) -> Reader:
    """A reader that takes so long for each message; notes when it had read, and what."""

    async def send(message: Mapping[str, Any]) -> None:
        await asyncio.sleep(seconds)
        what = json.loads(message["text"]) if "text" in message else message["code"]
        into.append((round(asyncio.get_running_loop().time(), 3), what))

    return send


def test_a_slow_reader_is_sent_only_the_newest() -> None:
    sent: Messages = []

    async def storm() -> None:
        open_page = page(reading(sent, seconds=1))
        for number in range(2000):
            open_page.seats_changed((number % 5,))
            open_page.registration_moved(str(number))
            await asyncio.sleep(0)
        assert len(open_page._seats) == 5
        assert len(open_page._moved) == MOST_MOVED
        await asyncio.sleep(2.5)
        open_page.end()

    run_virtually(storm())
    newest = {str(number): [number, 0] for number in range(5)}
    assert [(at, one.get("seats")) for at, one in sent] == [(1, {"0": [0, 0]}), (2, newest)]
    assert sent[1][1]["registration"] == str(2000 - MOST_MOVED)


def test_a_reader_who_never_reads_is_disconnected() -> None:
    ended: Messages = []
    read_nothing, read_close = reading([], seconds=999), reading(ended)

    async def send(message: Mapping[str, Any]) -> None:
        await (read_nothing if message["type"] == "websocket.send" else read_close)(message)

    async def wait() -> None:
        page(send).inbox_changed()
        await asyncio.sleep(SLOW_SECONDS + 1)

    run_virtually(wait())
    assert ended == [(SLOW_SECONDS, TOO_SLOW)]


def test_a_reader_who_does_not_even_read_the_close_frame_is_disconnected() -> None:
    async def wait() -> tuple[float, bool]:
        disconnected = asyncio.Event()
        open_page = page(reading([], seconds=999), on_slow_reader=disconnected.set)
        open_page.inbox_changed()
        await disconnected.wait()
        return asyncio.get_running_loop().time(), open_page.is_over

    assert run_virtually(wait()) == (SLOW_SECONDS + FAREWELL_SECONDS, True)


def test_a_reader_who_pauses_now_and_then_stays_connected() -> None:
    sent: Messages = []
    almost = SLOW_SECONDS - 1

    async def wait() -> None:
        open_page = page(reading(sent, seconds=almost))
        for _ in range(5):
            open_page.inbox_changed()
            await asyncio.sleep(SLOW_SECONDS)
        open_page.end()

    run_virtually(wait())
    assert sent == [(n * SLOW_SECONDS + almost, {"inbox": True}) for n in range(5)]


def test_nothing_more_is_sent_to_a_page_that_has_gone_and_no_error_is_raised() -> None:
    tried: list[Mapping[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        tried.append(message)
        raise OSError("gone")

    async def wait() -> None:
        open_page = page(send)
        open_page.inbox_changed()
        await asyncio.sleep(1)
        open_page.inbox_changed()
        await asyncio.sleep(SLOW_SECONDS - 2)
        open_page.end()

    run_virtually(wait())
    assert len(tried) == 1


def test_times_of_the_first_and_the_last_update_are_sent_on_request() -> None:
    sent: Messages = []

    async def wait() -> None:
        for times in (True, False):
            open_page = page(reading(sent))
            open_page.times = times
            open_page.seats_changed((5,), at=2.5)
            open_page.registration_moved("r", at=1.5)
            await asyncio.sleep(1)
            open_page.end()

    run_virtually(wait())
    message = {"seats": {"5": [5, 0]}, "registration": "r"}
    assert [one for _, one in sent] == [{**message, "moved": 1.5, "times": [1.5, 2.5]}, message]


def test_under_load_seat_updates_wait_and_own_registrations_do_not() -> None:
    sent: Messages = []

    async def wait() -> None:
        open_page = page(reading(sent), pause=3)
        open_page.seats_changed([1])
        await asyncio.sleep(1)
        open_page.seats_changed([2])
        await asyncio.sleep(1)
        open_page.registration_moved("r")
        await asyncio.sleep(9)
        open_page.end()

    run_virtually(wait())
    assert sent == [
        (0, {"seats": {"1": [1, 0]}}),
        (2, {"registration": "r"}),
        (3, {"seats": {"2": [2, 0]}}),
    ]
