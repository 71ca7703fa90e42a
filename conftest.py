"""Fixtures of the whole project; what they promise is said in `project.tests.system`."""

import pytest
from django.utils import translation

pytest_plugins = [
    "project.tests.system.fixtures",
    "project.tests.browser.fixtures",
    "project.tests.terminal_summary",
]


@pytest.fixture(autouse=True)
def _no_language_of_others() -> None:
    """A page that was read in this process leaves its language in the thread."""
    translation.deactivate()
