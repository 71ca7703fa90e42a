"""Push messages for open pages through Redis: changed seat counts and registrations.

Pools publish after their commit, the process `live` passes the messages on. A lost message is
harmless, since pages also poll; so publishing never fails a step.
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
    """One message. `seats` has taken and waiting by section, `moved` student and registration, and
    `inbox` the students with a new entry in their inbox. `at` is when it was sent."""

    at: float
    fencing_token: int = 0
    seats: Counts
    moved: Sequence[tuple[int, str]] = ()
    inbox: Sequence[int] = ()


def channel() -> str:
    """The channel's name. Redis shares channels between its databases, so it has the number."""
    return f"live:{client().connection_pool.connection_kwargs.get('db', 0)}"


def push_seats(*, fencing_token: int, counts: Counts) -> bytes:
    """Encode how many seats are taken and how many students wait, by section.

    Of two messages about a section, the one with the higher fencing token is newer.
    """
    return _encode(fencing_token=fencing_token, seats=counts)


def push_events(events: Iterable[Event], *, in_inbox: bool = False) -> None:
    """Send the students of these events an update once this transaction is committed."""
    moved = sorted(
        {(one.student, one.registration) for one in events if isinstance(one, RegistrationEvent)}
    )
    if moved:
        inbox = sorted({student for student, _ in moved}) if in_inbox else []
        transaction.on_commit(partial(_publish, moved, inbox), robust=True)


def decode(message: bytes) -> PushMessage:
    """Decode a message that was sent by this module."""
    values = json.loads(message)
    return PushMessage(
        at=values["at"],
        fencing_token=values.get("fencing_token", 0),
        seats={
            int(section): (pair[0], pair[1]) for section, pair in values.get("seats", {}).items()
        },
        moved=[(student, registration) for student, registration in values.get("moved", ())],
        inbox=values.get("inbox", ()),
    )


def _publish(moved: Sequence[tuple[int, str]], inbox: Sequence[int]) -> None:
    """Publish, unless Redis failed seconds ago: one that hangs must not delay every step."""
    global _silent_until  # noqa: PLW0603  one number per process, and a lost update costs one try
    if time.monotonic() < _silent_until:
        return
    try:
        client().publish(channel(), _encode(moved=moved, inbox=inbox))
    except RedisError as error:
        _silent_until = time.monotonic() + _SILENCE_SECONDS
        _log.warning("no update was pushed: redis is away error=%s", error)


def _encode(**values: object) -> bytes:
    return json.dumps({"at": time.time(), **values}, separators=(",", ":")).encode()
