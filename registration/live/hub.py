"""All open pages of this process, and the one Redis subscription that feeds them."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from redis.asyncio import Redis
from redis.exceptions import RedisError

from project.live import push
from registration.live.admission import AdmissionRateLimiter
from registration.live.auth import headers_of, is_authenticated, is_foreign, person, person_of_token
from registration.live.connection import Connection, part
from registration.live.interval import SHORTEST_SECONDS, AdaptiveInterval
from registration.live.protocol import (
    BUSY,
    RECONNECT,
    TOO_MANY,
    UNAUTHENTICATED,
    WRONG_ORIGIN,
    ProtocolError,
    parse_message,
)
from registration.live.seat_cache import SeatCache
from registration.selectors.availability import Availability, get_availability

_log = logging.getLogger(__name__)
_AWAY = (RedisError, OSError)
_DOWN = (DatabaseError, InterfaceError)
THREADS = 4
ADMITTED_PER_SECOND = 180
LONGEST_WAIT_SECONDS = 90
LIFETIME_SECONDS = 1800
TOKEN_SECONDS = 5
REFRESH_SECONDS = 30
RETRY_SECONDS = 1
MOST_OF_ONE = 20

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
T = TypeVar("T")


class LiveHub:
    """The connections of this process, by student and by section."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._admission = AdmissionRateLimiter(per_second=ADMITTED_PER_SECOND)
        self._interval = AdaptiveInterval()
        self._seat_cache = SeatCache(self._look)
        self._students: defaultdict[int, set[Connection]] = defaultdict(set)
        self._watchers: defaultdict[int, set[Connection]] = defaultdict(set)
        self._is_live = False

    async def run(self) -> None:
        """Dispatch updates, and re-read the counts regularly in case some were lost."""
        await asyncio.gather(self._listen(), self._refresh(), self._adapt())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one page until it disconnects."""
        headers = headers_of(scope)
        await receive()  # websocket.connect
        if is_foreign(headers.get("origin")):
            await part(send, code=WRONG_ORIGIN, reason="This page is not one of ours.")
            return
        await send({"type": "websocket.accept"})
        try:
            await self._serve(await self._student(headers, receive), receive, send)
        except ProtocolError as error:
            await part(send, code=error.code, reason=error.reason)
        except _DOWN:
            await part(send, code=BUSY, reason="Come again soon.")

    async def _student(self, headers: Mapping[str, str], receive: Receive) -> int:
        student = None
        if is_authenticated(headers):
            await self._wait_for_admission()
            student = await self._in_thread(lambda: person(headers))
        if student is None:
            student = await self._by_token(receive)
        if student is None:
            raise ProtocolError(UNAUTHENTICATED, "Sign in first.")
        return student

    async def _by_token(self, receive: Receive) -> int | None:
        try:
            async with asyncio.timeout(TOKEN_SECONDS):
                message = await receive()
        except TimeoutError:
            return None
        if message["type"] != "websocket.receive":
            return None
        token = parse_message(message.get("text")).token
        if token is None:
            return None
        await self._wait_for_admission()
        return await self._in_thread(lambda: person_of_token(token))

    async def _wait_for_admission(self) -> None:
        """Wait in turn, so that mass reconnects leave the database free for submissions."""
        if self._admission.delay() > LONGEST_WAIT_SECONDS:
            raise ProtocolError(BUSY, "Come again soon.")
        await self._admission.wait()

    async def _serve(self, student: int, receive: Receive, send: Send) -> None:
        if len(self._students.get(student, ())) >= MOST_OF_ONE:
            raise ProtocolError(TOO_MANY, "You have too many pages open.")
        # A reconnect checks again whether the user is signed in and active.
        stay = asyncio.timeout(LIFETIME_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
        page = Connection(
            student=student,
            send=send,
            shown=self._seat_cache.shown,
            is_live=self._is_live,
            interval=self._interval,
            on_slow_reader=lambda: stay.reschedule(0),
        )
        self._students[student].add(page)
        try:
            async with stay:
                await self._follow(page, receive)
        except TimeoutError:
            if not page.is_over:
                raise ProtocolError(RECONNECT, "Come in again.") from None
        finally:
            self._leave(page)

    async def _follow(self, page: Connection, receive: Receive) -> None:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return
            ask = parse_message(message.get("text"))
            if ask.watch is not None:
                page.times = ask.times
                self._watch(page, ask.watch)
                await self._seat_cache.learn(page.watched)
                page.seats_changed(page.watched)
                await asyncio.sleep(
                    SHORTEST_SECONDS
                )  # the most often a page may change what it watches

    def _watch(self, page: Connection, sections: frozenset[int]) -> None:
        for section in sections - page.watched:
            self._watchers[section].add(page)
        for section in page.watched - sections:
            self._watchers[section].discard(page)
            if not self._watchers[section]:
                del self._watchers[section]
                self._seat_cache.forget(section)
        page.watched = sections

    def _leave(self, page: Connection) -> None:
        page.end()
        self._watch(page, frozenset())
        self._students[page.student].discard(page)
        if not self._students[page.student]:
            del self._students[page.student]

    async def _listen(self) -> NoReturn:
        while True:
            try:
                await self._receive_updates()
            except _AWAY as error:
                _log.warning("live updates stopped: redis is away error=%s", error)
            self._set_live(is_live=False)
            await asyncio.sleep(RETRY_SECONDS)

    async def _receive_updates(self) -> NoReturn:
        """Subscribe and dispatch. Counts are re-read first: updates may have been missed."""
        patience = settings.REDIS_TIMEOUT_SECONDS
        redis = Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=patience, health_check_interval=10
        )
        async with redis, redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(push.channel())
            await self._catch_up()
            self._set_live(is_live=True)
            while True:
                message = await pubsub.get_message(timeout=5)
                if message is not None:
                    self._read(message["data"])

    def _read(self, message: bytes) -> None:
        try:
            self._dispatch(push.decode(message))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _log.error("unreadable live update skipped error=%r", error)

    def _dispatch(self, update: push.PushMessage) -> None:
        for section in self._seat_cache.update(
            fencing_token=update.fencing_token, counts=update.seats
        ):
            self._changed(section, at=update.at)
        for student, registration in update.moved:
            for page in self._students.get(student, ()):
                page.registration_moved(registration, at=update.at)
        for student in update.inbox:
            for page in self._students.get(student, ()):
                page.inbox_changed(at=update.at)

    def _changed(self, section: int, *, at: float | None = None) -> None:
        for page in self._watchers.get(section, ()):
            page.seats_changed((section,), at=at)

    def _set_live(self, *, is_live: bool) -> None:
        if is_live is not self._is_live:
            self._is_live = is_live
            for page in [page for pages in self._students.values() for page in pages]:
                page.live_changed(is_live=is_live)

    async def _refresh(self) -> NoReturn:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            await self._catch_up()

    async def _adapt(self) -> NoReturn:
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            self._interval.adapt(seconds=RETRY_SECONDS)

    async def _catch_up(self) -> None:
        try:
            for section in await self._seat_cache.read_again():
                self._changed(section)
        except _DOWN as error:
            _log.warning("seats were not read again error=%s", error)

    async def _look(self, sections: Sequence[int]) -> Mapping[int, Availability]:
        return await self._in_thread(lambda: get_availability(sections)) if sections else {}

    async def _in_thread(self, ask: Callable[[], T]) -> T:
        """Run a blocking read in a thread, so that the event loop keeps sending."""

        def asked() -> T:
            try:
                return ask()
            except (
                _DOWN
            ):  # most likely cut while idle: retry once instead of a check before each use
                close_old_connections()
                return ask()

        return await asyncio.get_running_loop().run_in_executor(self._threads, asked)
