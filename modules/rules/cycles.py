"""Cycles in the requirements: modules that require each other, directly or indirectly."""

from collections.abc import Iterator, Mapping


def find_cycles(graph: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """The strongly connected components that are cycles: two nodes or more, or a node that
    requires itself. Nodes may be missing as keys. Sorted."""
    found = [
        part
        for part in _components(graph)
        if len(part) > 1 or any(node in graph.get(node, ()) for node in part)
    ]
    return sorted(found, key=sorted)


def _components(graph: Mapping[str, frozenset[str]]) -> Iterator[frozenset[str]]:
    """Kosaraju's algorithm, without recursion: chains of requirements may be long."""
    backwards = _turned(graph)
    left = set(backwards)
    for node in reversed(_finishing_order(graph)):
        if node in left:
            yield _gather(backwards, node, left)


def _turned(graph: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = {node: set() for node in graph}
    for node, targets in graph.items():
        for target in targets:
            turned.setdefault(target, set()).add(node)
    return turned


def _finishing_order(graph: Mapping[str, frozenset[str]]) -> list[str]:
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        stack = [(start, iter(graph[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            _, targets = stack[-1]
            target = next((one for one in targets if one not in seen), None)
            if target is None:
                order.append(stack.pop()[0])
            else:
                seen.add(target)
                stack.append((target, iter(graph.get(target, ()))))
    return order


def _gather(backwards: Mapping[str, set[str]], start: str, left: set[str]) -> frozenset[str]:
    """Everything in `left` from which `start` can be reached; removed from `left`."""
    part, stack = {start}, [start]
    left.discard(start)
    while stack:
        for node in backwards[stack.pop()] & left:
            left.discard(node)
            part.add(node)
            stack.append(node)
    return frozenset(part)
