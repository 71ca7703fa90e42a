"""Split events into groups that one statement each can write, keeping the order that matters."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from project.bus.keys import Keys
from project.events.base import Event

_NEVER = repeat(-1)


def split_into_conflict_groups(events: Sequence[Event], keys: Keys) -> list[list[int]]:
    """Indexes of `events`, in groups of one type in which no two events write or read the same.

    Events with the same stream or another common exclusive key are put in different groups, in
    their order, and so are an event with an exclusive key and those that share it; others may
    change places. So 200 releases and the 200 offers that follow are two groups, not 400.
    """
    if len(events) == 1:
        return [[0]]
    had: dict[Any, int] = {}
    shared: dict[Any, int] = {}
    groups: dict[tuple[int, str], list[int]] = {}
    for index, event in enumerate(events):
        has, shares = keys.exclusive(event), keys.shared(event)
        before = chain(
            map(had.get, has, _NEVER), map(had.get, shares, _NEVER), map(shared.get, has, _NEVER)
        )
        level = max(before) + 1
        had.update(dict.fromkeys(has, level))
        shared.update({key: max(level, shared.get(key, -1)) for key in shares})
        groups.setdefault((level, event.type), []).append(index)
    return [groups[key] for key in sorted(groups)]
