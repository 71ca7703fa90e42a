"""Fixtures: after a test that wrote, every invariant holds; with `replayed`, replay agrees."""

from collections.abc import Iterator

import pytest
from celery import current_app
from redis import RedisError

from modules.tests import factories
from project.bus.replay import replay_check
from project.ops.redis import client


@pytest.fixture
def seats(transactional_db: None) -> Iterator[None]:
    """An empty database and Redis, the tasks known; afterwards every invariant holds."""
    current_app.loader.import_default_modules()
    client().flushdb()
    yield
    assert factories.broken() == []


@pytest.fixture
def replayed(seats: None) -> Iterator[None]:
    """Afterwards replay gives the same rows."""
    yield
    assert [one for one in replay_check().differences if one.table.startswith("modules_")] == []


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis does not answer."""

    def refuse() -> None:
        raise RedisError("down")

    monkeypatch.setattr("modules.gateway.client", refuse)
    monkeypatch.setattr("project.live.seat_counts.client", refuse)
