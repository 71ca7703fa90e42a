"""Cut facts into sets that one statement each can write, keeping the order that counts."""

from collections.abc import Sequence

from project.messages.fact import Fact


def cut_into_rounds(facts: Sequence[Fact]) -> list[list[int]]:
    """Indexes of `facts`, in groups of one type in which no two facts touch the same thing.

    Facts that share a stream or a touched key come in different groups, in their order, and so
    do those that touch a thing and those that need it; others may change places. So 200 releases
    and the 200 offers they cause are two groups, not 400.
    """
    if len(facts) == 1:
        return [[0]]
    changed: dict[str, int] = {}
    needed: dict[str, int] = {}
    groups: dict[tuple[int, str], list[int]] = {}
    for index, fact in enumerate(facts):
        keys, needs = (fact.stream, *fact.touches()), fact.needs()
        levels = [changed.get(key, -1) for key in (*keys, *needs)]
        level = max(*levels, *(needed.get(key, -1) for key in keys)) + 1
        changed.update(dict.fromkeys(keys, level))
        needed.update({key: max(level, needed.get(key, -1)) for key in needs})
        groups.setdefault((level, fact.type), []).append(index)
    return [groups[key] for key in sorted(groups)]
