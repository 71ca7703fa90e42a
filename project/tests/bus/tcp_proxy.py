"""A wire between us and the broker that can go dead in one direction: nobody answers any more."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit, urlunsplit


class Wire:
    """Carries bytes to the broker and back. When `is_deaf`, what the broker says gets lost."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.is_deaf = False

    @property
    def url(self) -> str:
        """The broker's address over this wire."""
        user, _, _ = self._target.netloc.rpartition("@")
        port = self._door.getsockname()[1]
        return urlunsplit(self._target._replace(netloc=f"{user}@127.0.0.1:{port}"))

    def carry(self) -> None:
        """Take connections until closed."""
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection((self._target.hostname, self._target.port))
                self._sockets += [near, far]
                for ends in ((near, far, False), (far, near, True)):
                    Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_decision: bool) -> None:
        with suppress(OSError):
            while received := source.recv(65536):
                if not (is_decision and self.is_deaf):
                    sink.sendall(received)
            sink.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Cut everything."""
        for one in (self._door, *self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def wire_to(url: str) -> Iterator[Wire]:
    """A wire for the block."""
    wire = Wire(url)
    carrier = Thread(target=wire.carry, daemon=True)
    carrier.start()
    try:
        yield wire
    finally:
        wire.close()
        carrier.join(5)
