"""Tests of accounts begin with no tries counted."""

import pytest

from project.ops.redis import client


@pytest.fixture(autouse=True)
def _no_tries_counted() -> None:
    for key in client().scan_iter("limit:*"):
        client().delete(key)
