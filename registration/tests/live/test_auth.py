"""Whose pages may open a live connection."""

import pytest
from pytest_django import Settings

from registration.live.auth import is_foreign


@pytest.mark.parametrize(
    ("origin", "foreign"),
    [
        (None, False),
        ("https://registration.example", False),
        ("https://registration.example:444", False),
        ("http://[::1]:8000", False),
        ("https://registration.example.evil.example", True),
        ("https://[::1", True),
        ("null", True),
        ("", True),
    ],
)
def test_only_our_own_pages_are_admitted(settings: Settings, origin: str, foreign: bool) -> None:
    settings.ALLOWED_HOSTS = ["registration.example", "[::1]"]
    assert is_foreign(origin) is foreign
