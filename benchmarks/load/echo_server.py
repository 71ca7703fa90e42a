"""A static 204 over HTTP/1.1: a server of almost no cost, to measure the
generator itself. `python -m benchmarks.load.echo_server PORT`."""

import asyncio
import sys

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class EchoServer(asyncio.Protocol):
    """Answers each complete request; the length of a body is given by Content-Length."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        if isinstance(transport, asyncio.Transport):
            self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer complete requests."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or self.transport is None:
            return
        if len(self.buffer) >= end + 4 + _length(bytes(self.buffer[:end])):
            self.buffer.clear()
            self.transport.write(ANSWER)


def _length(headers: bytes) -> int:
    _, found, rest = headers.partition(b"Content-Length:")
    return int(rest.split(b"\r\n")[0]) if found else 0


async def serve(port: int) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(EchoServer, "127.0.0.1", port, backlog=8192)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
