"""Everybody who has a page open, and the one subscription that feeds them all."""

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
LONGEST_LINE_SECONDS = 90
LIFETIME_SECONDS = 1800
TOKEN_SECONDS = 5
REFRESH_SECONDS = 30
BREATH_SECONDS = 1
MOST_OF_ONE = 20

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
T = TypeVar("T")


class LiveHub:
    """The connections of this process, by student and by section."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._pace = AdmissionRateLimiter(per_second=ADMITTED_PER_SECOND)
        self._rhythm = AdaptiveInterval()
        self._board = SeatCache(self._look)
        self._students: defaultdict[int, set[Connection]] = defaultdict(set)
        self._watchers: defaultdict[int, set[Connection]] = defaultdict(set)
        self._is_live = False

    async def run(self) -> None:
        """Pass news on, and now and then look whether some were lost, for as long as we live."""
        await asyncio.gather(self._listen(), self._refresh(), self._adapt())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one page until it goes."""
        headers = headers_of(scope)
        await receive()  # websocket.connect
        if is_foreign(headers.get("origin")):
            await part(send, code=WRONG_ORIGIN, reason="This page is not one of ours.")
            return
        await send({"type": "websocket.accept"})
        try:
            await self._serve(await self._student(headers, receive), receive, send)
        except ProtocolError as unfit:
            await part(send, code=unfit.code, reason=unfit.reason)
        except _DOWN:
            await part(send, code=BUSY, reason="Come again soon.")

    async def _student(self, headers: Mapping[str, str], receive: Receive) -> int:
        student = None
        if is_authenticated(headers):
            await self._turn_to_enter()
            student = await self._apart(lambda: person(headers))
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
        await self._turn_to_enter()
        return await self._apart(lambda: person_of_token(token))

    async def _turn_to_enter(self) -> None:
        """When all come back at once, whoever registers meanwhile has to find the database free."""
        if self._pace.ahead() > LONGEST_LINE_SECONDS:
            raise ProtocolError(BUSY, "Come again soon.")
        await self._pace.turn()

    async def _serve(self, student: int, receive: Receive, send: Send) -> None:
        if len(self._students.get(student, ())) >= MOST_OF_ONE:
            raise ProtocolError(TOO_MANY, "You have too many pages open.")
        # Whoever signed out or was disabled meanwhile does not come in again.
        stay = asyncio.timeout(LIFETIME_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
        page = Connection(
            student=student,
            send=send,
            shown=self._board.shown,
            is_live=self._is_live,
            interval=self._rhythm,
            let_go=lambda: stay.reschedule(0),
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
                await self._board.learn(page.watched)
                page.seats_changed(page.watched)
                await asyncio.sleep(SHORTEST_SECONDS)  # nobody looks elsewhere more often

    def _watch(self, page: Connection, sections: frozenset[int]) -> None:
        for section in sections - page.watched:
            self._watchers[section].add(page)
        for section in page.watched - sections:
            self._watchers[section].discard(page)
            if not self._watchers[section]:
                del self._watchers[section]
                self._board.forget(section)
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
                await self._hear_all()
            except _AWAY as error:
                _log.warning("no news reach the pages: redis is away error=%s", error)
            self._turn(is_live=False)
            await asyncio.sleep(BREATH_SECONDS)

    async def _hear_all(self) -> NoReturn:
        """Subscribe and pass on. What was missed before is read again."""
        patience = settings.REDIS_TIMEOUT_SECONDS
        redis = Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=patience, health_check_interval=10
        )
        async with redis, redis.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.subscribe(push.channel())
            await self._catch_up()
            self._turn(is_live=True)
            while True:
                message = await heard.get_message(timeout=5)
                if message is not None:
                    self._read(message["data"])

    def _read(self, message: bytes) -> None:
        try:
            self._pass_on(push.decode(message))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _log.error("news that cannot be read were left out error=%r", error)

    def _pass_on(self, news: push.PushMessage) -> None:
        for section in self._board.hear(fencing_token=news.fencing_token, counts=news.seats):
            self._changed(section, at=news.at)
        for student, registration in news.moved:
            for page in self._students.get(student, ()):
                page.registration_moved(registration, at=news.at)
        for student in news.inbox:
            for page in self._students.get(student, ()):
                page.inbox_changed(at=news.at)

    def _changed(self, section: int, *, at: float | None = None) -> None:
        for page in self._watchers.get(section, ()):
            page.seats_changed((section,), at=at)

    def _turn(self, *, is_live: bool) -> None:
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
            await asyncio.sleep(BREATH_SECONDS)
            self._rhythm.adapt(seconds=BREATH_SECONDS)

    async def _catch_up(self) -> None:
        try:
            for section in await self._board.read_again():
                self._changed(section)
        except _DOWN as error:
            _log.warning("seats were not read again error=%s", error)

    async def _look(self, sections: Sequence[int]) -> Mapping[int, Availability]:
        return await self._apart(lambda: get_availability(sections)) if sections else {}

    async def _apart(self, ask: Callable[[], T]) -> T:
        """Off the event loop: others are told meanwhile."""

        def asked() -> T:
            try:
                return ask()
            except _DOWN:  # cut while it was idle, most likely: not worth a look before each use
                close_old_connections()
                return ask()

        return await asyncio.get_running_loop().run_in_executor(self._threads, asked)
