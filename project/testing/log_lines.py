"""The lines that a test's own process logs."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(self.format(record))


@pytest.fixture
def log_lines() -> Iterator[list[str]]:
    """Every line from now on, of the project and of libraries, as it is written."""
    lines: list[str] = []

    def keep(_: object, __: str, line: Any) -> Any:
        lines.append(line)
        return line

    root, handler = logging.getLogger(), _Lines(lines)
    known = next(one.formatter for one in root.handlers if type(one) is logging.StreamHandler)
    handler.setFormatter(known)
    processors = structlog.get_config()["processors"]
    root.addHandler(handler)
    processors.append(keep)
    yield lines
    processors.remove(keep)
    root.removeHandler(handler)
