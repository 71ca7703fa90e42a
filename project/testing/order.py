"""The order of tests: whole files, the longest first, so that both workers are busy to the end."""

import pytest

_LONGEST = ("faults", "browser", "system", "slow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort files by the longest kind of test in them; the order inside of a file stays."""
    ranks: dict[str, int] = {}
    for item in items:
        file = item.nodeid.partition("::")[0]
        ranks[file] = min(ranks.get(file, len(_LONGEST)), _rank(item))
    items.sort(key=lambda item: ranks[item.nodeid.partition("::")[0]])


def _rank(item: pytest.Item) -> int:
    marks = {mark.name for mark in item.iter_markers()}
    return next((n for n, name in enumerate(_LONGEST) if name in marks), len(_LONGEST))
