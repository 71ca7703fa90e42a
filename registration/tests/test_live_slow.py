"""Readers who read nothing at all, times for whoever asks, and many who come at once."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from registration.live.admission import AdmissionRateLimiter
from registration.live.connection import Connection
from registration.live.hub import LiveHub
from registration.live.interval import AdaptiveInterval
from registration.live.protocol import parse_message


def test_a_reader_who_takes_not_even_the_farewell_is_let_go() -> None:
    async def send(message: Mapping[str, Any]) -> None:
        await asyncio.sleep(60)

    async def wait() -> bool:
        let_go = asyncio.Event()
        with (
            patch("registration.live.connection.SLOW_SECONDS", 0.05),
            patch("registration.live.connection.FAREWELL_SECONDS", 0.05),
        ):
            page = Connection(
                student=1,
                send=send,
                shown=lambda _: None,
                interval=AdaptiveInterval(),
                let_go=let_go.set,
            )
            page.inbox_changed()
            async with asyncio.timeout(5):
                await let_go.wait()
        return page.is_over

    assert asyncio.run(wait())


def test_a_reader_who_pauses_now_and_then_stays() -> None:
    sent: list[Mapping[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        await asyncio.sleep(0.06)
        sent.append(message)

    async def wait() -> None:
        with (
            patch("registration.live.connection.SLOW_SECONDS", 0.1),
            patch("registration.live.connection.SHORTEST_SECONDS", 0.0),
        ):
            page = Connection(
                student=1, send=send, shown=lambda _: None, interval=AdaptiveInterval()
            )
            for _ in range(5):
                page.inbox_changed()
                await asyncio.sleep(0.07)
        page.end()

    asyncio.run(wait())
    assert len(sent) >= 4
    assert {one["type"] for one in sent} == {"websocket.send"}


def test_a_page_that_has_gone_is_told_nothing_more_and_nobody_complains() -> None:
    tried: list[Mapping[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        tried.append(message)
        raise OSError("gone")

    async def wait() -> None:
        page = Connection(student=1, send=send, shown=lambda _: None, interval=AdaptiveInterval())
        page.inbox_changed()
        await asyncio.sleep(0.05)
        page.inbox_changed()
        await asyncio.sleep(0.3)
        page.end()

    asyncio.run(wait())
    assert len(tried) == 1


def test_whoever_asks_is_told_when_the_first_and_the_last_of_the_news_were_told() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(json.loads(message["text"]))

    async def wait() -> None:
        for times in (True, False):
            page = Connection(
                student=1, send=send, shown=lambda _: (1, 0), interval=AdaptiveInterval()
            )
            page.times = times
            page.seats_changed((5,), at=2.5)
            page.registration_moved("r", at=1.5)
            await asyncio.sleep(0.05)
            page.end()

    asyncio.run(wait())
    told = {"seats": {"5": [1, 0]}, "registration": "r"}
    assert sent == [{**told, "moved": 1.5, "times": [1.5, 2.5]}, told]
    assert parse_message('{"watch": [], "times": true}').times is True
    assert parse_message('{"watch": [], "times": 1}').times is False


def test_many_pass_one_after_another_and_one_alone_at_once() -> None:
    async def passed(count: int) -> float:
        admission, loop = AdmissionRateLimiter(per_second=200), asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(admission.turn() for _ in range(count)))
        return loop.time() - began

    assert asyncio.run(passed(21)) >= 0.099
    assert asyncio.run(passed(1)) < 0.05


def test_where_many_are_told_seats_wait_and_what_is_ones_own_does_not() -> None:
    sent: list[tuple[float, dict[str, Any]]] = []

    async def send(message: Mapping[str, Any]) -> None:
        sent.append((asyncio.get_running_loop().time(), json.loads(message["text"])))

    async def wait() -> None:
        interval = AdaptiveInterval(pause=0.6)
        page = Connection(student=1, send=send, shown=lambda _: (1, 0), interval=interval)
        page.seats_changed([1])
        await asyncio.sleep(0.1)
        page.seats_changed([2])
        await asyncio.sleep(0.1)
        page.registration_moved("r")
        await asyncio.sleep(0.7)
        page.end()

    asyncio.run(wait())
    assert [list(said) for _, said in sent] == [["seats"], ["registration"], ["seats"]]
    assert sent[1][0] - sent[0][0] < 0.4
    assert 0.55 < sent[2][0] - sent[0][0] < 0.85


def test_pauses_grow_with_what_is_said_and_shrink_again() -> None:
    interval = AdaptiveInterval()
    interval.said = 16_000
    interval.adapt(seconds=1)
    assert (interval.pause, interval.said) == (0.8, 0)
    interval.said = 4_000
    interval.adapt(seconds=1)
    assert interval.pause == 0.8
    interval.adapt(seconds=1)
    assert interval.pause == 0.2


def test_strangers_take_nobodys_turn_and_a_line_too_long_is_said() -> None:
    async def ends(room: LiveHub, headers: list[tuple[bytes, bytes]]) -> int:
        messages = iter(["websocket.connect", "websocket.disconnect"])
        sent: list[Mapping[str, Any]] = []

        async def receive() -> Mapping[str, Any]:
            return {"type": next(messages)}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        async with asyncio.timeout(5):
            await room({"headers": headers}, receive, send)
        return int(sent[-1]["code"])

    async def codes() -> tuple[int, int]:
        room = LiveHub()
        room._pace = AdmissionRateLimiter(per_second=0.001)
        await room._pace.turn()  # the next one is far
        return await ends(room, []), await ends(room, [(b"cookie", b"sessionid=someone")])

    assert asyncio.run(codes()) == (4401, 1013)
