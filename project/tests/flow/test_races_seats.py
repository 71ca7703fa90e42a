"""Many students at once for few seats, through submission and every step: no seat too many."""

from functools import partial
from uuid import UUID

import pytest

from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch
from project.testing.db_threads import all_at_once
from project.testing.in_process import Here
from project.testing.system.world import World

pytestmark = pytest.mark.slow

SUBMITTERS = 8
POOLS = 4


def _submit_all(world: World, students: list[int], section: int) -> None:
    def submit(some: list[int]) -> None:
        for student in some:
            world.submit(student, section)

    chunks = [students[n::SUBMITTERS] for n in range(SUBMITTERS)]
    assert all_at_once([partial(submit, some) for some in chunks]) == [None] * SUBMITTERS


def _through_pools() -> None:
    """Pools that all work on the same batches, each at its own pace: duplicated and reordered."""
    while sequence_outbox():
        pass
    here = Here()

    def pool() -> None:
        for batch, steps in here.batches():
            for task in steps:
                here.do(task, batch)

    assert all_at_once([pool] * POOLS) == [None] * POOLS
    assert fetch("SELECT task, error FROM bus_dead_letter") == []


def _live(section: int) -> list[tuple[int, int]]:
    return fetch(
        "SELECT seat, student_id FROM modules_allocation"
        " WHERE section_id = %s AND state = 'live' ORDER BY seat",
        [section],
    )


def _first_in_line(count: int) -> set[int]:
    rows = fetch(
        "SELECT (e.data->>'student')::bigint FROM bus_position l"
        " JOIN bus_event e ON e.id = l.event_id"
        " WHERE e.type = 'registration.submitted.v1' ORDER BY l.position LIMIT %s",
        [count],
    )
    return {row[0] for row in rows}


def test_of_500_students_on_the_last_seat_the_first_in_line_gets_it(quiet_world: World) -> None:
    section = quiet_world.section(seats=1)
    students = quiet_world.students(500)
    quiet_world.ready()
    _submit_all(quiet_world, students, section)
    _through_pools()
    assert {student for _, student in _live(section)} == _first_in_line(1)
    quiet_world.ready()
    rows = fetch("SELECT state, count(*) FROM registration_item GROUP BY 1 ORDER BY 1")
    assert rows == [("confirmed", 1), ("waitlisted", 499)]


def test_exactly_100_of_100_seats_go_and_freed_ones_go_on(quiet_world: World) -> None:
    section = quiet_world.section(seats=100)
    students = quiet_world.students(300)
    quiet_world.ready()
    _submit_all(quiet_world, students, section)
    _through_pools()
    seated = _live(section)
    assert [seat for seat, _ in seated] == list(range(1, 101))
    assert {student for _, student in seated} == _first_in_line(100)
    quiet_world.ready()
    _drop_at_once(quiet_world, [student for _, student in seated[:40]], section)
    _through_pools()
    quiet_world.ready()
    assert [seat for seat, _ in _live(section)] == list(range(1, 101))
    assert {student for _, student in _live(section)} <= _first_in_line(140)


def _drop_at_once(world: World, students: list[int], section: int) -> None:
    registrations: dict[int, UUID] = dict(
        fetch("SELECT student_id, id FROM registration_registration")
    )

    def leave(some: list[int]) -> None:
        for student in some:
            assert world.drop(student, registrations[student], section)

    chunks = [students[n::SUBMITTERS] for n in range(SUBMITTERS)]
    assert all_at_once([partial(leave, some) for some in chunks]) == [None] * SUBMITTERS
