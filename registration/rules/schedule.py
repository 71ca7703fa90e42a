"""A student's timetable and the request that is to join it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Slots = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A live item of the student. A queued one is known, but does not count yet."""

    section: int
    module: str
    credits: int
    slots: Slots
    queued: bool = False


def slots_overlap(one: Slots, other: Slots) -> bool:
    """Whether any interval [start, end) of one meets any of the other."""
    for start, end in zip(one[::2], one[1::2], strict=True):
        for begin, finish in zip(other[::2], other[1::2], strict=True):
            if start < finish and begin < end:
                return True
    return False


def entries_counting(entries: Iterable[Entry]) -> list[Entry]:
    """The current schedule: what clash and credits are judged against."""
    return [entry for entry in entries if not entry.queued]
