"""Each zero of the surge can be more than zero: its own checker counts exactly what was seeded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError
from rest_framework.test import APIClient

from benchmarks.load.final_state import read_final
from benchmarks.load.http_client import Answer
from benchmarks.surge import queries
from benchmarks.surge.metrics import count_outcomes
from project.bus.sql import fetch, run
from project.ops.redis import client
from project.testing.in_process import broken_invariants, world_in_process
from project.testing.system.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def full(transactional_db: None) -> tuple[World, list[UUID]]:
    """Three seats, five students: three confirmed, two waitlisted, and every zero is zero."""
    client().flushdb()
    world = world_in_process()
    section = world.section(seats=3)
    students = world.students(5)
    world.ready()
    registrations = [world.submit(student, section) for student in students]
    world.ready()
    assert world.states(registrations) == {"confirmed": 3, "waitlisted": 2}
    assert _zeros(world, registrations) == (0, 0, 0, 0)
    assert broken_invariants() == []
    return world, registrations


def _zeros(world: World, registrations: list[UUID]) -> tuple[int, int, int, int]:
    """Lost, oversold, undersold, inversions: as the surge counts them."""
    return (
        _lost(world, registrations),
        queries.oversold(world.term),
        queries.undersold(world.term),
        len(queries.order_inversions(world.term)),
    )


def _lost(world: World, registrations: list[UUID]) -> int:
    outcomes = [
        {"status": 202, "id": str(one), "kind": "allowed", "code": ""} for one in registrations
    ]
    final = {str(one): _final_state(world, one) for one in registrations}
    crowd: dict[str, Any] = {"outcomes": outcomes, "errors_5xx": 0}
    return count_outcomes(crowd, {"registrations": final, "errors_5xx": 0}).lost


def _final_state(world: World, registration: UUID) -> dict[str, Any]:
    """The final state the student sees, read as the surge reads it."""
    ((student,),) = fetch(
        "SELECT (data->>'student')::bigint FROM bus_event"
        " WHERE type = 'registration.submitted.v1' AND data->>'registration' = %s",
        [str(registration)],
    )
    student_client = APIClient(HTTP_AUTHORIZATION=f"Bearer {world.token(student)}")
    response = student_client.get(f"/api/v1/registrations/{registration}/")
    return read_final(Answer(status=response.status_code, body=response.content))


Full = tuple[World, list[UUID]]


@contextmanager
def _without_index(name: str) -> Iterator[None]:
    ((definition,),) = fetch("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
    run(f"DROP INDEX {name}")
    try:
        yield
    finally:
        run("DELETE FROM modules_allocation WHERE fencing_token = -1")
        run(definition)


_SECOND_SALE = """
INSERT INTO modules_allocation (fencing_token, registration_id, section_id, student_id, seat,
                                state, taken_at, flow_id)
SELECT -1, registration_id, section_id, student_id + 1000000, seat, state, taken_at, flow_id
  FROM modules_allocation WHERE state = 'live' AND seat = 1"""


def test_a_second_allocation_of_one_seat_is_counted_once(full: Full) -> None:
    with pytest.raises(IntegrityError):
        run(_SECOND_SALE)
    with _without_index("one_live_allocation_per_seat"):
        run(_SECOND_SALE)
        assert _zeros(*full) == (0, 1, 0, 0)
        assert broken_invariants() != []
    assert _zeros(*full) == (0, 0, 0, 0)


def test_a_hidden_registration_is_lost_once(full: Full) -> None:
    run("DELETE FROM registration_item WHERE registration_id = %s", [full[1][1]])
    run("DELETE FROM registration_registration WHERE id = %s", [full[1][1]])
    assert _zeros(*full) == (1, 0, 0, 0)
    assert broken_invariants() != []


def test_an_empty_seat_beside_a_waitlist_is_counted_once(full: Full) -> None:
    run("UPDATE modules_allocation SET state = 'released' WHERE seat = 2")
    assert _zeros(*full) == (0, 0, 1, 0)
    assert broken_invariants() != []


def test_a_swapped_pair_is_one_inversion(full: Full) -> None:
    """The third, who got the last seat, and the fourth, who is waitlisted, swap positions."""
    third, fourth = (_event(one) for one in full[1][2:4])
    run("ALTER TABLE bus_position DISABLE TRIGGER USER")
    try:
        _swap_positions(third, fourth)
        assert _zeros(*full) == (0, 0, 0, 1)
    finally:
        run("ALTER TABLE bus_position ENABLE TRIGGER USER")


def _event(registration: UUID) -> int:
    rows = fetch(
        "SELECT id FROM bus_event WHERE type = 'registration.submitted.v1'"
        " AND data->>'registration' = %s",
        [str(registration)],
    )
    return int(rows[0][0])


def _swap_positions(one: int, other: int) -> None:
    places: dict[int, int] = dict(
        fetch(
            "SELECT event_id, position FROM bus_position WHERE event_id = ANY(%s)", [[one, other]]
        )
    )
    run("DELETE FROM bus_position WHERE event_id = ANY(%s)", [[one, other]])
    for event, place in ((one, places[other]), (other, places[one])):
        run(
            "INSERT INTO bus_position (position, event_id, batch_id, type)"
            " VALUES (%s, %s, 1, 'registration.submitted.v1')",
            [place, event],
        )
