"""Live updates as an ASGI application: `uvicorn project.asgi:application --ws websockets-sansio`.

An app's `live` module offers `rooms`: WebSocket handlers by path.
"""

import asyncio
import gc
import os
import resource
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- after the setup

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Room(Protocol):
    """A WebSocket handler at one path."""

    async def run(self) -> None:
        """Work for as long as the process lives."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""


def _offered() -> dict[str, Room]:
    found = [import_module(f"{app}.live") for app in settings.APPS if find_spec(f"{app}.live")]
    return {path: room for live in found for path, room in live.rooms.items()}


def _raise_file_limit() -> None:
    """Raise the limit of open files to the maximum: each open page is one, and the default is
    1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _collect_garbage_rarely() -> None:
    """Raise the garbage collector's thresholds: with thousands of connections a run visits a
    million objects and delays every message."""
    gc.set_threshold(10_000, 10, 10)


_raise_file_limit()
_collect_garbage_rarely()
_rooms = _offered()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route each connection to its handler; `/livez` says that the process is alive."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await _answer(scope["path"], send)
    elif scope["path"] in _rooms:
        await _rooms[scope["path"]](scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 4404, "reason": "There is nothing here."})


async def _live(receive: Receive, send: Send) -> None:
    work: list[asyncio.Task[None]] = []
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            work = [asyncio.create_task(room.run()) for room in _rooms.values()]
            await send({"type": "lifespan.startup.complete"})
        else:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _answer(path: str, send: Send) -> None:
    status, body = (200, b"alive\n") if path == "/livez" else (404, b"There is nothing here.\n")
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
