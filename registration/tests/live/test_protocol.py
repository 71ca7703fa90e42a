"""Messages of a page."""

import pytest

from registration.live.protocol import parse_message


@pytest.mark.parametrize(("given", "times"), [("true", True), ("1", False), ("null", False)])
def test_only_true_asks_for_times(given: str, times: bool) -> None:
    assert parse_message(f'{{"watch": [], "times": {given}}}').times is times
