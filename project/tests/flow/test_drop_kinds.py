"""A drop says who dropped: the student, or the registry for a student who has left."""

import json

import pytest

from project.bus.sql import fetch
from project.ops.redis import client
from project.testing.in_process import world_in_process
from project.testing.system.world import World
from registration.selectors.progress import registration_timeline
from registration.services.leaving import students_end


@pytest.fixture
def world(db: None) -> World:
    """A world in this process."""
    client().flushdb()
    return world_in_process()


@pytest.mark.parametrize(
    ("seats", "by_registry", "kind", "words"),
    [
        (2, False, "by_student", "Dropped: "),
        (2, True, "by_registry", "Dropped by the registry: "),
        (1, False, "by_student", "Dropped: "),
        (1, True, "by_registry", "Dropped by the registry: "),
        (None, True, "by_registry", "Dropped by the registry: "),
    ],
)
def test_a_drop_has_a_kind(
    world: World, seats: int | None, by_registry: bool, kind: str, words: str
) -> None:
    section = world.section(seats=seats)
    first, student = world.students(2)
    world.ready()
    world.submit(first, section)
    got = world.submit(student, section)
    world.ready()
    if by_registry:
        students_end([student])
    else:
        world.drop(student, got, section)
    world.ready()
    rows = fetch("SELECT data FROM bus_event WHERE type = 'registration.dropped.v1'")
    assert [json.loads(data)["kind"] for (data,) in rows] == [kind]
    moments = [one.sentence for one in registration_timeline(got) if one.what == "dropped"]
    assert len(moments) == 1
    assert moments[0].startswith(words)
