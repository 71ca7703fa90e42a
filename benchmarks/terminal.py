"""Progress lines and bars of a benchmark."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm


def log(line: str) -> None:
    """One line of progress, above the bar if there is one."""
    if line:
        tqdm.write(line, file=sys.stderr)


@contextmanager
def progress_bar(total: int, *, unit: str) -> Iterator[Callable[[int], None]]:
    """A bar; yields a function to call with the current count."""
    with tqdm(total=total, unit=f" {unit}", file=sys.stderr) as bar:
        yield lambda count: _advance(bar, count)


def _advance(bar: "tqdm[Any]", count: int) -> None:
    bar.update(count - bar.n)
