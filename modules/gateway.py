"""Redis: counts that pages show, and a lock with a countdown for each seat just taken.

PostgreSQL is the source of truth: no decision reads Redis, and `reconcile` repairs what is missing,
late or wrong here.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from redis import RedisError
from redis.client import Pipeline

from modules.rules.allocation import AllocationResult
from modules.rules.seat_snapshot import Allocation, SeatLock, SectionCounts
from project.live import push
from project.live.seat_counts import count_key
from project.ops.redis import client

_log = logging.getLogger(__name__)
_CHUNK = 500
# The seconds left were rounded up, and the clocks of two machines differ.
_INEXACT_SECONDS = 2
T = TypeVar("T")

# Compare and act. Counts carry the fencing token of the transaction they come from: older ones that
# arrive late change nothing.
_COUNT = """
for i = 1, #KEYS do
  if tonumber(ARGV[1]) >= tonumber(redis.call('HGET', KEYS[i], 'fencing_token') or '0') then
    redis.call('HSET', KEYS[i], 'taken', ARGV[2 * i], 'waiting', ARGV[2 * i + 1],
               'fencing_token', ARGV[1])
  end
end"""

# A lock is `fencing token:registration`. The highest token holds the seat; an unlock removes only
# its own lock or an older one.
_LOCK = """
local held = redis.call('GET', KEYS[1])
if not held or tonumber(string.match(held, '^%d+')) <= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'EX', ARGV[3])
end"""
_UNLOCK = """
local held = redis.call('GET', KEYS[1])
if held and tonumber(string.match(held, '^%d+')) <= tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
end"""

# The keys that hold other values; KEYS and ARGV as in _COUNT, without the token.
_DIFFERENT = """
local wrong = {}
for i, key in ipairs(KEYS) do
  local found = redis.call('HMGET', key, 'taken', 'waiting')
  if found[1] ~= ARGV[2 * i - 1] or found[2] ~= ARGV[2 * i] then wrong[#wrong + 1] = i end
end
return wrong"""

Counts = Mapping[int, SectionCounts]


def lock_key(section: int, seat: int | None) -> str:
    """The Redis key of a seat's lock."""
    return f"seat:{section}:{seat}"


def publish(result: AllocationResult, *, fencing_token: int, lock_seconds: int) -> bool:
    """Publish what a transaction of the seats' writer changed; `fencing_token` is its first.

    False if Redis does not answer: `reconcile` repairs that later.
    """
    try:
        _publish(result, fencing_token, lock_seconds)
    except RedisError as error:
        _log.warning("redis was not updated error=%s", error)
        return False
    return True


def _publish(result: AllocationResult, fencing_token: int, lock_seconds: int) -> None:
    pipe = client().pipeline(transaction=False)
    for part in _chunks(sorted(result.counts.items())):
        keys = [count_key(section) for section, _ in part]
        values = [number for _, counts in part for number in counts]
        pipe.eval(_COUNT, len(keys), *keys, fencing_token, *values)
        _tell_pages(pipe, fencing_token, dict(part))
    # Unlock before locking: a seat released and allocated in one transaction ends up locked.
    for seat in _numbered(result.freed):
        pipe.eval(_UNLOCK, 1, _key_of(seat), seat.fencing_token)
    for seat in _numbered(result.taken):
        pipe.eval(_LOCK, 1, _key_of(seat), seat.fencing_token, seat.registration, lock_seconds)
    pipe.execute()


def _numbered(allocations: Iterable[Allocation]) -> list[Allocation]:
    return [seat for seat in allocations if seat.seat is not None]


def _key_of(allocation: Allocation) -> str:
    return lock_key(allocation.section, allocation.seat)


def _tell_pages(pipe: Pipeline, fencing_token: int, counts: Counts) -> None:
    pipe.publish(push.channel(), push.push_seats(fencing_token=fencing_token, counts=counts))


def reconcile(
    *, fencing_token: int, counts: Counts, locks: Sequence[SeatLock], read_at: float
) -> list[str]:
    """Make Redis hold exactly this; returns the wrong keys. Call it under the seats' lock.

    `locks` were read at `read_at` by `time.monotonic`. They include those that ended recently:
    Redis is updated after the commit, so its countdown ends later than PostgreSQL's. Raises
    RedisError if Redis does not answer.
    """
    return _mend_locks(locks, read_at) + _mend_counts(fencing_token, counts)


def _mend_counts(fencing_token: int, counts: Counts) -> list[str]:
    """Repair wrong or missing counts, and push the repaired ones to open pages."""
    wrong = {section: counts[section] for section in _wrong_counts(sorted(counts.items()))}
    pipe = client().pipeline(transaction=False)
    for section, (taken, waiting) in wrong.items():
        items = ("taken", taken, "waiting", waiting, "fencing_token", fencing_token)
        pipe.hset(count_key(section), items=items)
    for part in _chunks(sorted(wrong.items())):
        _tell_pages(pipe, fencing_token, dict(part))
    strangers = _keys(count_key("*")) - {count_key(section) for section in counts}
    _delete(strangers)
    pipe.execute()
    return [*map(count_key, wrong), *sorted(strangers)]


def _wrong_counts(counts: Sequence[tuple[int, SectionCounts]]) -> list[int]:
    """Redis compares: reading every count here would block the seats' writer for seconds."""
    pipe = client().pipeline(transaction=False)
    parts = list(_chunks(counts))
    for part in parts:
        keys = [count_key(section) for section, _ in part]
        pipe.eval(_DIFFERENT, len(keys), *keys, *[number for _, pair in part for number in pair])
    answers = zip(parts, pipe.execute(), strict=True)
    return [part[place - 1][0] for part, places in answers for place in places]


def _mend_locks(locks: Sequence[SeatLock], read_at: float) -> list[str]:
    """Repair wrong locks. A lock with the right value is right even when its time is up: it expires
    by itself. A missing lock is wrong only if it cannot have expired since `locks` were read."""
    found = _locks_found()
    passed = time.monotonic() - read_at + _INEXACT_SECONDS
    by_key = {_key_of(lock.allocation): lock for lock in locks}
    right = {key for key, lock in by_key.items() if found.get(key) == _value_of(lock)}
    missing = {
        key: lock for key, lock in by_key.items() if key not in right and lock.seconds > passed
    }
    strangers = found.keys() - right
    _delete(strangers)
    pipe = client().pipeline(transaction=False)
    for key, lock in missing.items():
        pipe.set(key, _value_of(lock), ex=lock.seconds)
    pipe.execute()
    return sorted(strangers | missing.keys())


def _value_of(lock: SeatLock) -> str:
    return f"{lock.allocation.fencing_token}:{lock.allocation.registration}"


def _locks_found() -> dict[str, str]:
    keys = sorted(_keys("seat:*"))
    values = client().mget(keys) if keys else []
    found = zip(keys, values, strict=True)
    return {key: value.decode() for key, value in found if isinstance(value, bytes)}


def _keys(pattern: str) -> set[str]:
    return {key.decode() for key in client().scan_iter(match=pattern, count=5000)}


def _delete(keys: Iterable[str]) -> None:
    for part in _chunks(sorted(keys)):
        client().delete(*part)


def _chunks(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), _CHUNK):
        yield things[start : start + _CHUNK]
