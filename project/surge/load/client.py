"""A small HTTP/1.1 client: kept-alive connections, one request at a time on each.

Made for speed on a machine that the server needs too; it speaks only what our servers answer.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

HEADERS_END = b"\r\n\r\n"


class Cut(Exception):
    """The connection ended before the answer was whole, or none came in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, header lines as sent (lower-cased) and body."""

    status: int
    headers: bytes
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def retry_after(self) -> float | None:
        """Seconds the server asks to wait."""
        found = _header(self.headers, b"retry-after")
        return float(found) if found and found.isdigit() else None


def _header(headers: bytes, name: bytes) -> bytes | None:
    at = headers.find(b"\r\n" + name + b":")
    if at < 0:
        return None
    start = at + len(name) + 3
    end = headers.find(b"\r\n", start)
    return headers[start : end if end >= 0 else None].strip()


class Connection(asyncio.Protocol):
    """One connection; `ask` sends a request and waits for its answer."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.waiting: asyncio.Future[Answer] | None = None
        self.closed = False
        self.last = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        if isinstance(transport, asyncio.Transport):
            self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits that the answer will not come."""
        self.closed = True
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(Cut(str(exc or "closed by the server")))

    def data_received(self, data: bytes) -> None:
        """Collect; hand over once the answer is whole."""
        self.buffer += data
        answer = self._take()
        if answer is not None and self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(answer)

    def _take(self) -> Answer | None:
        end = self.buffer.find(HEADERS_END)
        if end < 0:
            return None
        headers = bytes(self.buffer[:end]).lower()
        body = self._body(headers, end + 4)
        if body is None:
            return None
        self.buffer.clear()
        self.last = _header(headers, b"connection") == b"close"
        return Answer(status=int(headers[9:12]), headers=headers, body=body)

    def _body(self, headers: bytes, start: int) -> bytes | None:
        length = _header(headers, b"content-length")
        if length is not None:
            stop = start + int(length)
            return bytes(self.buffer[start:stop]) if len(self.buffer) >= stop else None
        if _header(headers, b"transfer-encoding") != b"chunked":
            return b""
        return _unchunked(self.buffer, start)

    async def ask(self, request: bytes, timeout: float) -> Answer:
        """Send one request; raise `Cut` where no whole answer comes."""
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


def _unchunked(buffer: bytearray, start: int) -> bytes | None:
    parts: list[bytes] = []
    while True:
        line = buffer.find(b"\r\n", start)
        if line < 0:
            return None
        size = int(bytes(buffer[start:line]).split(b";")[0], 16)
        stop = line + 2 + size
        if len(buffer) < stop + 2:
            return None
        if size == 0:
            return b"".join(parts)
        parts.append(bytes(buffer[line + 2 : stop]))
        start = stop + 2


class Pool:
    """At most `limit` connections to one server; whoever comes later waits for a free one."""

    def __init__(self, *, host: str, port: int, limit: int, timeout: float = 120) -> None:
        self.host, self.port, self.timeout = host, port, timeout
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
                _, made = await loop.create_connection(Connection, self.host, self.port)
        except (OSError, TimeoutError) as error:
            raise Cut(f"cannot connect: {error}") from error
        self.opened += 1
        return made

    def close(self) -> None:
        """End every kept connection."""
        for connection in self.free:
            connection.close()
        self.free.clear()


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
