"""Slow readers, publishing times on request, and admission of many connections at once."""

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


def test_a_reader_who_does_not_even_read_the_close_frame_is_disconnected() -> None:
    async def send(message: Mapping[str, Any]) -> None:
        await asyncio.sleep(60)

    async def wait() -> bool:
        disconnected = asyncio.Event()
        with (
            patch("registration.live.connection.SLOW_SECONDS", 0.05),
            patch("registration.live.connection.FAREWELL_SECONDS", 0.05),
        ):
            page = Connection(
                student=1,
                send=send,
                shown=lambda _: None,
                interval=AdaptiveInterval(),
                on_slow_reader=disconnected.set,
            )
            page.inbox_changed()
            async with asyncio.timeout(5):
                await disconnected.wait()
        return page.is_over

    assert asyncio.run(wait())


def test_a_reader_who_pauses_now_and_then_stays_connected() -> None:
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


def test_nothing_more_is_sent_to_a_page_that_has_gone_and_no_error_is_raised() -> None:
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


def test_times_of_the_first_and_the_last_update_are_sent_on_request() -> None:
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
    message = {"seats": {"5": [1, 0]}, "registration": "r"}
    assert sent == [{**message, "moved": 1.5, "times": [1.5, 2.5]}, message]
    assert parse_message('{"watch": [], "times": true}').times is True
    assert parse_message('{"watch": [], "times": 1}').times is False


def test_many_are_admitted_one_by_one_and_a_single_one_at_once() -> None:
    async def passed(count: int) -> float:
        admission, loop = AdmissionRateLimiter(per_second=200), asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(admission.wait() for _ in range(count)))
        return loop.time() - began

    assert asyncio.run(passed(21)) >= 0.099
    assert asyncio.run(passed(1)) < 0.05


def test_under_load_seat_updates_wait_and_own_registrations_do_not() -> None:
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
    assert [list(message) for _, message in sent] == [["seats"], ["registration"], ["seats"]]
    assert sent[1][0] - sent[0][0] < 0.4
    assert 0.55 < sent[2][0] - sent[0][0] < 0.85


def test_the_pause_grows_with_messages_sent_and_shrinks_again() -> None:
    interval = AdaptiveInterval()
    interval.sent = 16_000
    interval.adapt(seconds=1)
    assert (interval.pause, interval.sent) == (0.8, 0)
    interval.sent = 4_000
    interval.adapt(seconds=1)
    assert interval.pause == 0.8
    interval.adapt(seconds=1)
    assert interval.pause == 0.2


def test_unauthenticated_use_no_admission_slot_and_a_long_wait_is_refused() -> None:
    async def ends(hub: LiveHub, headers: list[tuple[bytes, bytes]]) -> int:
        messages = iter(["websocket.connect", "websocket.disconnect"])
        sent: list[Mapping[str, Any]] = []

        async def receive() -> Mapping[str, Any]:
            return {"type": next(messages)}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        async with asyncio.timeout(5):
            await hub({"headers": headers}, receive, send)
        return int(sent[-1]["code"])

    async def codes() -> tuple[int, int]:
        hub = LiveHub()
        hub._admission = AdmissionRateLimiter(per_second=0.001)
        await hub._admission.wait()  # the next slot is far away
        return await ends(hub, []), await ends(hub, [(b"cookie", b"sessionid=someone")])

    assert asyncio.run(codes()) == (4401, 1013)
