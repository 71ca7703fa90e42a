"""The hub: whom it admits before anybody has signed in."""

from collections.abc import Mapping
from typing import Any

from project.testing.virtual_time import run_virtually
from registration.live.admission import AdmissionRateLimiter
from registration.live.hub import LiveHub
from registration.live.protocol import BUSY, UNAUTHENTICATED


def test_unauthenticated_use_no_admission_slot_and_a_long_wait_is_refused() -> None:
    async def ends(hub: LiveHub, headers: list[tuple[bytes, bytes]]) -> int:
        messages = iter(["websocket.connect", "websocket.disconnect"])
        sent: list[Mapping[str, Any]] = []

        async def receive() -> Mapping[str, Any]:
            return {"type": next(messages)}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        await hub({"headers": headers}, receive, send)
        return int(sent[-1]["code"])

    async def codes() -> tuple[int, int]:
        hub = LiveHub()
        hub._admission = AdmissionRateLimiter(per_second=0.001)
        await hub._admission.wait()  # the next slot is far away
        return await ends(hub, []), await ends(hub, [(b"cookie", b"sessionid=someone")])

    assert run_virtually(codes()) == (UNAUTHENTICATED, BUSY)
