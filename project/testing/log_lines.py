"""Log entries of a test as the lines that a process would write."""

import pytest

from project.ops.logging import make_formatter


def log_lines(caplog: pytest.LogCaptureFixture, *, form: str = "logfmt") -> list[str]:
    """The lines of all entries so far."""
    formatter = make_formatter(form=form, role="web")
    return [formatter.format(record) for record in caplog.records]
