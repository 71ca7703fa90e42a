"""Listens on Redis to the updates that pages should receive."""

import threading
from types import TracebackType
from typing import Self

from project.live import push
from project.ops.redis import client


class RedisListener:
    """A context manager that listens. `last`: the time of each registration's last update."""

    def __init__(self) -> None:
        self.last: dict[str, float] = {}
        self._over = threading.Event()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._listens.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _listen(self) -> None:
        with client().pubsub() as subscription:  # type: ignore[no-untyped-call]
            subscription.subscribe(push.channel())
            while not self._over.is_set():
                message = subscription.get_message(timeout=0.5)
                if message is not None and message["type"] == "subscribe":
                    self._listens.set()
                elif message is not None:
                    self._note(push.decode(message["data"]))

    def _note(self, update: push.PushMessage) -> None:
        for _, registration in update.moved:
            self.last[registration] = max(update.at, self.last.get(registration, 0.0))
