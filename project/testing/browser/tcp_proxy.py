"""A TCP proxy between browser and site: it counts bytes, can hold requests back, and can be cut."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from socketserver import BaseRequestHandler, ThreadingTCPServer

from project.testing.ports import HOST

CHUNK = 65536


class Cut(Enum):
    """Where the connection breaks at the next transfer."""

    NOWHERE = "nowhere"
    BEFORE = "the request never reaches the site"
    AFTER = "the site has done what was asked, and its answer is lost"


@dataclass(slots=True)
class Wire:
    """A proxy to the port `to`. `carried` counts the bytes sent to the browser."""

    to: int
    cut: Cut = Cut.NOWHERE
    cuts: int = 0
    carried: int = 0
    held: int = 0
    port: int = 0
    _flow: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """The address of the site through this proxy."""
        return f"http://{HOST}:{self.port}"

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold requests back; all reach the site at once when the block ends."""
        self._flow.clear()
        try:
            yield
        finally:
            self._flow.set()

    def request(self, data: bytes) -> bool:
        """Whether this may go to the site; waits while requests are held."""
        self.held += not self._flow.is_set()
        self._flow.wait()
        return self._passes(Cut.BEFORE)

    def answer(self, data: bytes) -> bool:
        """Whether this may go to the browser."""
        self.carried += len(data)
        return self._passes(Cut.AFTER)

    def _passes(self, here: Cut) -> bool:
        self.cuts += self.cut is here
        return self.cut is not here


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    """A proxy for as long as the block lasts."""
    wire = Wire(to=port)
    wire._flow.set()

    class Line(BaseRequestHandler):
        def handle(self) -> None:
            _carry(self.request, wire)

    class Server(ThreadingTCPServer):
        daemon_threads, block_on_close = True, False

    with Server((HOST, 0), Line) as server:
        wire.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield wire
        server.shutdown()


def _carry(browser: socket.socket, wire: Wire) -> None:
    """Copy both ways, until one side or the cut ends it."""
    with socket.create_connection((HOST, wire.to)) as site:
        back = threading.Thread(target=_pump, args=(site, browser, wire.answer), daemon=True)
        back.start()
        _pump(browser, site, wire.request)
        back.join()


def _pump(source: socket.socket, target: socket.socket, passes: Callable[[bytes], bool]) -> None:
    with suppress(OSError):
        while (data := source.recv(CHUNK)) and passes(data):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
