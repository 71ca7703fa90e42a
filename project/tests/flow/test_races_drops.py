"""Time after time a student drops just while a step works on the item: never half of both."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier
from uuid import UUID

import pytest
from django.db import transaction

from modules.selectors.catalogue import get_section
from modules.services.catalogue import section_save
from project.bus import locks
from project.bus.consumers import CONSUMERS
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch
from project.testing import terminal_summary
from project.testing.db_threads import PATIENCE, all_at_once
from project.testing.in_process import Here
from project.testing.rounds import rounds
from project.testing.system.world import World

pytestmark = pytest.mark.slow

SUBMITTED, OFFERED = "registration.submitted.v1", "modules.seat_offered.v1"
EVENT_OF_STEP = {
    "modules.lock": "modules.seats_decided.v1",
    "registration.decide": "registration.decided.v1",
    "payments.capture": "payments.captured.v1",
    "registration.evaluate": "registration.offer_evaluated.v1",
}
# Which comes first is varied by delaying one by this many small statements, and the other.
LATER = 7
ROUNDS = rounds(1000, few=2 * LATER * LATER)


def _submit_all(world: World, count: int, *, seats: int | None) -> int:
    section = world.section(seats=seats)
    students = world.students(count)
    world.ready()
    for student in students:
        world.submit(student, section)
    return section


def _offer_all(world: World) -> int:
    """All are on the waitlist behind the holder of the only seat; then there are seats for all."""
    section = _submit_all(world, ROUNDS + 1, seats=1)
    world.ready()
    stored = get_section(section=section)
    assert stored is not None
    section_save(section=replace(stored, seats=ROUNDS + 1))
    sequence_outbox()
    Here().read_on()
    return section


def _flows(kind: str) -> list[tuple[int, int, UUID]]:
    """Flow, student and registration of every flow that this kind of event began."""
    return fetch(
        "SELECT id, (data->>'student')::bigint, (data->>'registration')::uuid"
        " FROM bus_event WHERE type = %s ORDER BY id",
        [kind],
    )


def _come_later(statements: int) -> None:
    for _ in range(statements):
        fetch("SELECT 1")


def _race(world: World, task: str, section: int, flows: list[tuple[int, int, UUID]]) -> None:
    """Each round starts the step on one flow and its student's drop at the same moment."""
    line = Barrier(2)
    work = CONSUMERS[task]

    def step() -> None:
        for n, (flow_id, _, _) in enumerate(flows):
            line.wait(PATIENCE)
            _come_later(n % LATER)
            with transaction.atomic():
                locks.acquire_transaction_lock(work.cursor or work.task)
                assert not work.handler([flow_id])

    def student() -> None:
        for n, (_, who, registration) in enumerate(flows):
            line.wait(PATIENCE)
            _come_later(n // LATER % LATER)
            world.drop(who, registration, section)

    assert all_at_once([step, student]) == [None, None]


def _firsts(kind: str) -> dict[bool, int]:
    """How often the drop came before the step's event, and how often after."""
    rows = fetch(
        "SELECT d.id < s.id, count(*) FROM bus_event s JOIN bus_event d"
        "    ON d.data->>'registration' = s.data->>'registration'"
        "   AND d.type IN ('registration.dropped.v1', 'registration.drop_requested.v1')"
        "   AND NOT EXISTS (SELECT FROM bus_event w WHERE w.type = 'registration.drop_requested.v1'"
        "                      AND w.stream = d.stream AND w.id < d.id)"
        " WHERE s.type = %s GROUP BY 1",
        [kind],
    )
    return dict(rows)


@pytest.mark.parametrize("task", EVENT_OF_STEP)
def test_drops_against_the_step_at_the_same_moment(
    quiet_world: World, task: str, record_property: Callable[[str, object], None]
) -> None:
    is_offer = task == "registration.evaluate"
    section = _offer_all(quiet_world) if is_offer else _submit_all(quiet_world, ROUNDS, seats=None)
    Here().do_until(task)
    flows = _flows(OFFERED if is_offer else SUBMITTED)
    assert len(flows) == ROUNDS
    _race(quiet_world, task, section, flows)
    firsts = _firsts(EVENT_OF_STEP[task])
    first, second = firsts.get(True, 0), firsts.get(False, 0)
    record_property(
        terminal_summary.NAME, f"drop against {task}: first {first} times, second {second} times"
    )
    quiet_world.ready()
    assert first > 0
    assert second > 0
    ended = fetch("SELECT state, count(*) FROM registration_item GROUP BY 1 ORDER BY 1")
    assert dict(ended) == {"dropped": ROUNDS} | ({"confirmed": 1} if is_offer else {})
    live = fetch("SELECT count(*) FROM modules_allocation WHERE state = 'live'")
    assert live == [(1 if is_offer else 0,)]
    money = fetch("SELECT coalesce(sum(captured), 0), sum(authorised) FROM payments_account")
    assert money[0][1] == 0
