"""Redis: counts that pages show, and a lock with a countdown for each seat just taken.

PostgreSQL is the truth. What is lost, late or wrong here is put right by `reconcile`; nothing
that decides reads it.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from redis import RedisError

from modules.rules.allocation import AllocationResult
from modules.rules.seat_snapshot import Allocation, SeatLock, SectionCounts
from project import live_news
from project.redis import client

_log = logging.getLogger(__name__)
_CHUNK = 500
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

# A lock is `fencing token:registration`. The higher token has the seat, and an unlock
# takes away its own and older ones only.
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

# Which of these keys say something else; KEYS and ARGV as in _COUNT, without the token.
_DIFFERENT = """
local wrong = {}
for i, key in ipairs(KEYS) do
  local found = redis.call('HMGET', key, 'taken', 'waiting')
  if found[1] ~= ARGV[2 * i - 1] or found[2] ~= ARGV[2 * i] then wrong[#wrong + 1] = i end
end
return wrong"""

Counts = Mapping[int, SectionCounts]


def lock_key(section: int, seat: int | None) -> str:
    """Where the lock of a seat stands."""
    return f"seat:{section}:{seat}"


def count_key(section: int) -> str:
    """Where the counts of a section stand; `project.live_counts` reads them."""
    return f"counts:{section}"


def publish(result: AllocationResult, *, fencing_token: int, lock_seconds: int) -> bool:
    """Show what a transaction of the seats' writer changed; `fencing_token` is the first it drew.

    False where Redis does not answer: `reconcile` will do it.
    """
    try:
        _publish(result, fencing_token, lock_seconds)
    except RedisError as error:
        _log.warning("redis was not told of seats error=%s", error)
        return False
    return True


def _publish(result: AllocationResult, fencing_token: int, lock_seconds: int) -> None:
    pipe = client().pipeline(transaction=False)
    for part in _chunks(sorted(result.counts.items())):
        keys = [count_key(section) for section, _ in part]
        values = [number for _, counts in part for number in counts]
        pipe.eval(_COUNT, len(keys), *keys, fencing_token, *values)
        news = live_news.seats_news(fence=fencing_token, counts=dict(part))
        pipe.publish(live_news.channel(), news)
    # Gone before taken: a seat that changed hands in one transaction ends up locked.
    for seat in _numbered(result.freed):
        pipe.eval(_UNLOCK, 1, _key_of(seat), seat.fencing_token)
    for seat in _numbered(result.taken):
        pipe.eval(_LOCK, 1, _key_of(seat), seat.fencing_token, seat.registration, lock_seconds)
    pipe.execute()


def _numbered(allocations: Iterable[Allocation]) -> list[Allocation]:
    return [seat for seat in allocations if seat.seat is not None]


def _key_of(allocation: Allocation) -> str:
    return lock_key(allocation.section, allocation.seat)


def reconcile(*, fencing_token: int, counts: Counts, locks: Sequence[SeatLock]) -> int:
    """Make Redis say exactly this; how many keys were wrong. Call it under the seats' lock.

    Raises RedisError where Redis does not answer.
    """
    locks_by_key = {_key_of(lock.allocation): lock for lock in locks}
    return _mend_counts(fencing_token, counts) + _mend_locks(locks_by_key)


def _mend_counts(fencing_token: int, counts: Counts) -> int:
    wrong = _wrong_counts(sorted(counts.items()))
    pipe = client().pipeline(transaction=False)
    for section in wrong:
        taken, waiting = counts[section]
        items = ("taken", taken, "waiting", waiting, "fencing_token", fencing_token)
        pipe.hset(count_key(section), items=items)
    strangers = _keys("counts:*") - {count_key(section) for section in counts}
    _delete(strangers)
    pipe.execute()
    return len(wrong) + len(strangers)


def _wrong_counts(counts: Sequence[tuple[int, SectionCounts]]) -> list[int]:
    """Redis compares: reading every count here would hold the seats up for seconds."""
    pipe = client().pipeline(transaction=False)
    parts = list(_chunks(counts))
    for part in parts:
        keys = [count_key(section) for section, _ in part]
        pipe.eval(_DIFFERENT, len(keys), *keys, *[number for _, pair in part for number in pair])
    answers = zip(parts, pipe.execute(), strict=True)
    return [part[place - 1][0] for part, places in answers for place in places]


def _mend_locks(locks: Mapping[str, SeatLock]) -> int:
    found = _locks_found()
    wrong = {key: lock for key, lock in locks.items() if found.get(key) != _value_of(lock)}
    strangers = found.keys() - locks.keys()
    _delete(strangers)
    pipe = client().pipeline(transaction=False)
    for key, lock in wrong.items():
        pipe.set(key, _value_of(lock), ex=lock.seconds)
    pipe.execute()
    return len(wrong) + len(strangers)


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
