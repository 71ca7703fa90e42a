"""What reconciling reports as wrong: never an expired lock, whichever side notices first."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from redis import Redis

from modules.gateway import lock_key
from modules.services.seats import seats_reconcile
from modules.tests import factories
from project.bus.sql import fetch, run
from project.invariants.runner import REDIS, broken_rows
from project.live.seat_counts import count_key
from project.ops.redis import client

pytestmark = pytest.mark.usefixtures("seats")
COUNTDOWN = 900
Deed = Callable[["Redis", str], object]


def has(seconds: int, value: str = "") -> Deed:
    """Redis has the lock for `seconds`, with the right value or another."""
    return lambda redis, right: redis.set(_lock(), value or right, ex=seconds)


def _lock() -> str:
    return lock_key(_section(), 1)


def _section() -> int:
    return int(fetch("SELECT max(id) FROM modules_section")[0][0])


def lacks(redis: "Redis", right: str) -> object:
    return redis.delete(_lock())


def other_seat(redis: "Redis", right: str) -> object:
    return redis.set(lock_key(_section(), 2), right, ex=800)


def miscounts(redis: "Redis", right: str) -> object:
    return redis.hset(count_key(_section()), "taken", 0)


def nobodys_count(redis: "Redis", right: str) -> object:
    return redis.hset(count_key(404), mapping={"taken": 0, "waiting": 0})


def persists(redis: "Redis", right: str) -> object:
    return redis.set(_lock(), right)


RIGHT, LOCK, OTHER, COUNT = "", "seat:{}:1", "seat:{}:2", "counts:{}"
# Seconds left by PostgreSQL, what Redis holds, and which key is wrong.
TABLE: dict[str, tuple[float, Deed, str]] = {
    "both have long to go": (800, has(800), RIGHT),
    "Redis counts a little longer, being updated after the commit": (800, has(802), RIGHT),
    "nearly out on both sides": (1, has(1), RIGHT),
    "nearly out, and Redis was first": (1, lacks, RIGHT),
    "ran out between the looks": (0.1, lacks, RIGHT),
    "out in PostgreSQL, and Redis has a moment to go": (-1, has(2), RIGHT),
    "out in PostgreSQL, and Redis was updated late": (-60, has(30), RIGHT),
    "out long ago on both sides": (-1000, lacks, RIGHT),
    "missing though it has long to go": (800, lacks, LOCK),
    "missing though it has a little to go": (10, lacks, LOCK),
    "a stranger has it": (800, has(800, "1:nobody"), LOCK),
    "a stranger has it whose seat is nearly out": (1, has(800, "1:nobody"), LOCK),
    "a higher fence has it": (800, has(800, "999999999:nobody"), LOCK),
    "out long ago, and Redis never lets go": (-1000, persists, LOCK),
    "a seat that nobody has": (800, other_seat, OTHER),
    "counts are wrong": (800, miscounts, COUNT),
    "counts of a section that is none": (800, nobodys_count, "counts:404"),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_is_wrong_is_named_and_nothing_else(name: str) -> None:
    left, deed, wrong = TABLE[name]
    section = _seat_taken(left)
    deed(client(), _value())
    assert seats_reconcile() == ([wrong.format(section)] if wrong else [])
    assert seats_reconcile() == []


def _seat_taken(left: float) -> int:
    """Take one of two seats, with `left` seconds to go; Redis agrees. Returns the section."""
    section = factories.section(2)
    factories.submitted(1, section)
    factories.work()
    run(
        "UPDATE modules_allocation SET taken_at = clock_timestamp() - make_interval(secs => %s)",
        [COUNTDOWN - left],
    )
    client().set(_lock(), _value(), ex=max(1, round(left)))
    return section


def _value() -> str:
    ((fencing_token, registration),) = fetch(
        "SELECT fencing_token, registration_id FROM modules_allocation"
    )
    return f"{fencing_token}:{registration}"


def test_a_slow_read_of_redis_is_taken_into_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that had twenty seconds when PostgreSQL was read has none half a minute later."""
    _seat_taken(20)
    client().delete(_lock())
    later = SimpleNamespace(monotonic=lambda: time.monotonic() + 30)
    monkeypatch.setattr("modules.gateway.time", later)
    assert seats_reconcile() == []


def test_the_invariant_names_what_reconciling_does_not_put_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    section = _seat_taken(800)
    assert broken_rows(REDIS) == []
    monkeypatch.setattr("modules.gateway._delete", lambda keys: None)
    client().set(lock_key(section, 2), "1:nobody")
    assert broken_rows(REDIS) == [f"seat:{section}:2 is wrong though it was just put right"]
