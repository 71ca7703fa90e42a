"""News for whoever has a page open, through Redis: seats that changed, registrations that moved.

Apps meet here: pools tell, the process `live` passes it on. Loss is harmless, since pages also look
by themselves; so telling never fails a step, and waits for the commit.
"""

import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from redis import RedisError

from project.events.base import Event, RegistrationEvent
from project.ops.redis import client

_log = logging.getLogger(__name__)
_SILENCE_SECONDS = 5.0
_silent_until = 0.0

Counts = Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMessage:
    """One message. `seats` has taken and waiting by section; `moved` has student and registration;
    `inbox` the students who have something new to read. `at` is when it was sent, after the commit.
    """

    at: float
    fencing_token: int = 0
    seats: Counts
    moved: Sequence[tuple[int, str]] = ()
    inbox: Sequence[int] = ()


def channel() -> str:
    """Where news are sent. Redis has one set of channels for all its numbers, so this has ours."""
    return f"live:{client().connection_pool.connection_kwargs.get('db', 0)}"


def push_seats(*, fencing_token: int, counts: Counts) -> bytes:
    """The message that says how many seats are taken and how many students wait, by section.

    Of two about a section that with the higher fence is the newer.
    """
    return _written(fencing_token=fencing_token, seats=counts)


def push_events(events: Iterable[Event], *, in_inbox: bool = False) -> None:
    """Once this transaction is committed, tell the students of these events that there is news."""
    moved = sorted(
        {(one.student, one.registration) for one in events if isinstance(one, RegistrationEvent)}
    )
    if moved:
        inbox = sorted({student for student, _ in moved}) if in_inbox else []
        transaction.on_commit(partial(_tell, moved, inbox), robust=True)


def decode(message: bytes) -> PushMessage:
    """Understand a message."""
    said = json.loads(message)
    return PushMessage(
        at=said["at"],
        fencing_token=said.get("fencing_token", 0),
        seats={int(section): (pair[0], pair[1]) for section, pair in said.get("seats", {}).items()},
        moved=[(student, registration) for student, registration in said.get("moved", ())],
        inbox=said.get("inbox", ()),
    )


def _tell(moved: Sequence[tuple[int, str]], inbox: Sequence[int]) -> None:
    """A Redis that hangs costs a step its patience once in a while, not every time."""
    global _silent_until  # noqa: PLW0603  one number per process, and a lost update costs one try
    if time.monotonic() < _silent_until:
        return
    try:
        client().publish(channel(), _written(moved=moved, inbox=inbox))
    except RedisError as error:
        _silent_until = time.monotonic() + _SILENCE_SECONDS
        _log.warning("pages are not told of news: redis is away error=%s", error)


def _written(**said: object) -> bytes:
    return json.dumps({"at": time.time(), **said}, separators=(",", ":")).encode()
