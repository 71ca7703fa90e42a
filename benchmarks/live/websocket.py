"""One WebSocket of a page: the protocol is the `websockets` library's, the transport asyncio's.

The library's own connection keeps two tasks and a queue for each; with thousands of them on the
server's machine that would be measured too.
"""

import asyncio
from collections.abc import Callable, Mapping

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

LARGEST = 2**20


class WebSocket(asyncio.Protocol):
    """`opened` is done once the handshake is over. Then `on_text` is called with each message,
    `on_close` with the code of the server's close frame, None without one; not after `abort`.
    """

    def __init__(
        self,
        *,
        address: str,
        headers: Mapping[str, str],
        on_text: Callable[[bytes], None],
        on_close: Callable[[int | None], None],
    ) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._protocol = ClientProtocol(parse_uri(address), max_size=LARGEST)
        self._headers, self._on_text, self._on_close = headers, on_text, on_close
        self._transport: asyncio.Transport | None = None
        self._is_aborted = False
        self._parts = b""

    def send(self, text: str) -> None:
        """Send a message."""
        self._protocol.send_text(text.encode())
        self._flush()

    def abort(self) -> None:
        """Close the connection at once, without a close frame."""
        self._is_aborted = True
        self.opened.cancel()
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the upgrade request."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        request = self._protocol.connect()
        request.headers.update(self._headers)
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Parse received bytes; the library answers pings and close frames."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._receive(event)
            elif isinstance(event, Response):
                self._answered()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the handshake or call `on_close`."""
        self._protocol.receive_eof()
        if self._is_aborted:
            return
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("cut before it was open"))
        elif self.opened.exception() is None:
            self._on_close(self._protocol.close_code)

    def _answered(self) -> None:
        if self.opened.done():
            return
        if self._protocol.state is State.OPEN:
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ConnectionError(str(self._protocol.handshake_exc)))

    def _receive(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.CONT):
            self._parts += frame.data
            if frame.fin:
                whole, self._parts = self._parts, b""
                self._on_text(whole)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if self._transport is None or self._transport.is_closing():
                return
            if data:
                self._transport.write(data)
            else:  # the library asks to close the connection
                self._transport.close()
