"""Cut facts into sets that one statement each can write, keeping the order that counts."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from project.bus.keys import Keys
from project.messages.fact import Fact

_NEVER = repeat(-1)


def cut_into_rounds(facts: Sequence[Fact], keys: Keys) -> list[list[int]]:
    """Indexes of `facts`, in groups of one type in which no two facts write or read the same.

    Facts that share a stream or another exclusive key come in different groups, in their order,
    and so do those that have it and those that share it; others may change places. So 200 releases
    and the 200 offers they cause are two groups, not 400.
    """
    if len(facts) == 1:
        return [[0]]
    had: dict[Any, int] = {}
    shared: dict[Any, int] = {}
    groups: dict[tuple[int, str], list[int]] = {}
    for index, fact in enumerate(facts):
        has, shares = keys.exclusive(fact), keys.shared(fact)
        before = chain(
            map(had.get, has, _NEVER), map(had.get, shares, _NEVER), map(shared.get, has, _NEVER)
        )
        level = max(before) + 1
        had.update(dict.fromkeys(has, level))
        shared.update({key: max(level, shared.get(key, -1)) for key in shares})
        groups.setdefault((level, fact.type), []).append(index)
    return [groups[key] for key in sorted(groups)]
