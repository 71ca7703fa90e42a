"""A world in this process, without the running system of `project.testing.system`."""

from collections.abc import Iterator

import pytest

from project.bus.replay import replay_check
from project.ops.redis import client
from project.testing.in_process import broken_invariants, world_in_process
from project.testing.system.world import World


@pytest.fixture
def broken_world(transactional_db: None) -> World:
    """A world in this process that a test may leave in any state."""
    client().flushdb()
    return world_in_process()


@pytest.fixture
def quiet_world(broken_world: World) -> Iterator[World]:
    """A world in this process; at the end all work is done and every invariant holds."""
    yield broken_world
    broken_world.ready()
    assert broken_invariants() == []
    assert replay_check().differences == ()
