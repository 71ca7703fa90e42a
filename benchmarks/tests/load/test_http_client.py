"""The generator's HTTP client against small servers that misbehave in one way each."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from benchmarks.load.http_client import Answer, Cut, Pool, request
from benchmarks.load.open_loop_load import OpenLoopLoad

ASK = request("GET", "/", host="h")
Reply = Callable[[int, asyncio.StreamWriter], None]


def against(reply: Reply, use: Callable[[int], Awaitable[object]]) -> object:
    """Serve `reply(number of the request, writer)` and use its port."""

    async def main() -> object:
        number = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal number
            while head := await _head(reader):
                _, _, length = head.partition(b"Content-Length: ")
                await reader.readexactly(int(length.split(b"\r\n")[0]) if length else 0)
                number += 1
                reply(number, writer)
                if writer.is_closing():
                    break
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            try:
                return await use(server.sockets[0].getsockname()[1])
            finally:
                await asyncio.sleep(0.05)  # the other side of each connection has to end, too

    return asyncio.run(main())


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def asking(times: int, limit: int = 1) -> Callable[[int], Awaitable[list[Answer]]]:
    async def use(port: int) -> list[Answer]:
        pool = Pool(host="127.0.0.1", port=port, limit=limit, timeout=2)
        answers = [await pool.ask(ASK) for _ in range(times)]
        assert pool.opened == limit
        pool.close()
        return answers

    return use


def test_reads_a_body_of_known_length_and_keeps_the_connection() -> None:
    def reply(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 8\r\nRetry-After: 1\r\n\r\n")
        writer.write(b'{"id":1}')

    answers = against(reply, asking(3))
    assert isinstance(answers, list)
    assert [(one.status, one.json(), one.retry_after()) for one in answers] == [
        (202, {"id": 1}, 1)
    ] * 3


def test_reads_a_chunked_body() -> None:
    def reply(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n")

    answers = against(reply, asking(2))
    assert isinstance(answers, list)
    assert [one.json() for one in answers] == [[1, 2]] * 2


def test_a_connection_that_ends_early_is_cut() -> None:
    def reply(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")
        writer.close()

    with pytest.raises(Cut):
        against(reply, asking(1))


def test_what_is_no_http_is_cut_and_so_is_its_connection() -> None:
    def reply(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")

    with pytest.raises(Cut, match="no HTTP"):
        against(reply, asking(1))


def test_an_answer_that_says_close_is_the_last_of_its_connection() -> None:
    def reply(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")

    async def ask_twice(port: int) -> int:
        pool = Pool(host="127.0.0.1", port=port, limit=1, timeout=2)
        assert [(await pool.ask(ASK)).json() for _ in range(2)] == [{}, {}]
        return pool.opened

    assert against(reply, ask_twice) == 2


def job(port: int) -> dict[str, object]:
    script = {
        "student": 7, "at": 0.0, "token": "t", "key": "k", "sections": [1], "mode": "all",
        "on_full": "waitlist", "kind": "allowed", "followed": False, "drop_after": None,
    }  # fmt: skip
    return {"host": "127.0.0.1", "port": port, "tls": False, "connections": 2, "scripts": [script]}


def test_a_cut_request_is_sent_again_with_the_same_key() -> None:
    heads: list[int] = []

    def reply(number: int, writer: asyncio.StreamWriter) -> None:
        heads.append(number)
        if number == 1:
            writer.close()
        elif number == 2:
            writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 0\r\n\r\n")
        else:
            writer.write(b'HTTP/1.1 202 Accepted\r\nContent-Length: 10\r\n\r\n{"id":"r"} ')

    seen = against(reply, lambda port: OpenLoopLoad(job(port)).run())
    assert isinstance(seen, dict)
    [outcome] = seen["outcomes"]
    assert heads == [1, 2, 3]
    assert (outcome["status"], outcome["id"], outcome["cuts"]) == (202, "r", 1)
    assert seen["errors_5xx"] == 1


def test_a_request_in_progress_is_sent_again() -> None:
    busy = b'{"code":"still_processing"}'

    def reply(number: int, writer: asyncio.StreamWriter) -> None:
        body = busy if number == 1 else b'{"code":"time_conflict"}'
        head = f"HTTP/1.1 409 Conflict\r\nRetry-After: 0\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)

    seen = against(reply, lambda port: OpenLoopLoad(job(port)).run())
    assert isinstance(seen, dict)
    assert [(one["status"], one["code"]) for one in seen["outcomes"]] == [(409, "time_conflict")]
