"""A small HTTP client: kept-alive connections, one request at a time on each.

`httptools` parses the answers. Built to use little CPU: it shares the machine with the server.
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httptools


class Cut(Exception):
    """The connection ended before the answer was complete, or none came in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, `Retry-After` as sent, and body."""

    status: int
    body: bytes
    retry: bytes = b""

    def json(self) -> Any:
        """The body, parsed as JSON; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def retry_after(self) -> float | None:
        """Seconds the server asks to wait."""
        return float(self.retry) if self.retry.isdigit() else None


class Connection(asyncio.Protocol):
    """One connection; `ask` sends a request and waits for its answer."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.waiting: asyncio.Future[Answer] | None = None
        self.closed = False
        self.last = False
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._retry = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        if isinstance(transport, asyncio.Transport):
            self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the request that waits for an answer."""
        self.closed = True
        self._fail(str(exc or "closed by the server"))

    def data_received(self, data: bytes) -> None:
        """Parse the received bytes."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(f"this is no HTTP: {error}")
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the headers that are used."""
        if name.lower() == b"retry-after":
            self._retry = value

    def on_body(self, body: bytes) -> None:
        """Keep one part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Complete the request with the answer."""
        self.last = not self._parser.should_keep_alive()
        answer = Answer(self._parser.get_status_code(), b"".join(self._body), self._retry)
        self._body, self._retry = [], b""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(answer)

    def _fail(self, why: str) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(Cut(why))

    async def ask(self, request: bytes, timeout: float) -> Answer:
        """Send one request; raise `Cut` without a complete answer."""
        if self.closed or self.transport is None:
            raise Cut("closed before it was used")
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        try:
            async with asyncio.timeout(timeout):
                return await self.waiting
        except TimeoutError:
            self.close()
            raise Cut(f"no answer within {timeout:.0f} s") from None

    def close(self) -> None:
        """End the connection."""
        self.closed = True
        if self.transport is not None:
            self.transport.abort()


class Pool:
    """At most `limit` connections to one server; further requests wait for a free one."""

    def __init__(
        self, *, host: str, port: int, limit: int, tls: bool = False, timeout: float = 120
    ) -> None:
        self.host, self.port, self.timeout = host, port, timeout
        self.tls = ssl.create_default_context() if tls else None
        self.free: list[Connection] = []
        self.slots = asyncio.Semaphore(limit)
        self.opened = 0

    async def ask(self, request: bytes) -> Answer:
        """Send a request over a kept connection, or a new one."""
        async with self.slots:
            connection = await self._connection()
            answer = await connection.ask(request, self.timeout)
            if connection.last:
                connection.close()
            elif not connection.closed:
                self.free.append(connection)
            return answer

    async def _connection(self) -> Connection:
        while self.free:
            kept = self.free.pop()
            if not kept.closed:
                return kept
        try:
            async with asyncio.timeout(self.timeout):
                loop = asyncio.get_running_loop()
                _, made = await loop.create_connection(
                    Connection, self.host, self.port, ssl=self.tls
                )
        except (OSError, TimeoutError) as error:
            raise Cut(f"cannot connect: {error}") from error
        self.opened += 1
        return made

    def close(self) -> None:
        """End every kept connection."""
        for connection in self.free:
            connection.close()
        self.free.clear()


def pool_for(job: Mapping[str, Any], *, limit: int) -> Pool:
    """Connections to the site of a job."""
    return Pool(host=job["host"], port=job["port"], tls=job["tls"], limit=limit)


def request(
    method: str, path: str, *, host: str, token: str = "", body: bytes = b"", key: str = ""
) -> bytes:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if key:
        lines.append(f"Idempotency-Key: {key}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
