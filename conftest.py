"""Fixtures of the whole project; what they give is described in `project.testing.system`."""

import time

import pytest
from django.utils import translation

from project.web.notices import notices

pytest_plugins = [
    "project.testing.system.fixtures",
    "project.testing.browser.fixtures",
    "project.testing.order",
    "project.testing.quick",
    "project.testing.log_lines",
    "project.testing.terminal_summary",
]


@pytest.fixture(autouse=True)
def _no_notices_of_others() -> None:
    """A process shows what it has read for a moment."""
    notices.forget()


@pytest.fixture(autouse=True)
def _no_language_of_others() -> None:
    """A page that was read in this process leaves its language in the thread."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _nothing_is_paused() -> None:
    """Whether a page reads anew what is paused would depend on the time. Tests of it `forget()`."""
    notices.forget()
    notices._read_at = time.monotonic() + 3600
