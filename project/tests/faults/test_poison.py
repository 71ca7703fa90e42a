"""One item that breaks its step never stops the others."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from project.bus.attempts import MAX_FATAL_ATTEMPTS
from project.bus.dead_letters import ask_retry
from project.bus.sql import fetch, run
from project.testing.system.running import System
from project.testing.system.world import World
from project.testing.waiting import wait_until

pytestmark = pytest.mark.faults
BATCH = 200

# Stands for any bug in the step: it raises whenever this student's account is written.
_POISON = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'poison for %%', NEW.student_id; END $$;
CREATE TRIGGER poison BEFORE INSERT ON payments_payment
    FOR EACH ROW WHEN (NEW.student_id = %s) EXECUTE FUNCTION poison()"""


@contextmanager
def poisoned(student: int) -> Iterator[None]:
    run(_POISON, [student])
    try:
        yield
    finally:
        run("DROP TRIGGER poison ON payments_payment; DROP FUNCTION poison()")


def test_one_of_200_becomes_a_dead_letter_and_199_finish(system: System, world: World) -> None:
    system.restart_with("relay", BATCH_SIZE=str(BATCH))
    section = world.section(seats=None)
    students = world.students(BATCH)
    world.ready()
    with poisoned(students[77]):
        with system.paused(system.running["relay"]):
            registrations = [world.submit(student, section) for student in students]
        wait_until(lambda: world.undecided() == 1, seconds=60, why=system.flow)
        assert fetch("SELECT size FROM bus_batch WHERE flow = 'submitted'") == [(BATCH,)]
        ((dead_letters, task, error),) = fetch("SELECT id, task, error FROM bus_dead_letter")
        assert (task, "poison" in error) == ("payments.authorise", True)
        assert world.answered() == set(registrations) - {registrations[77]}
    assert ask_retry(dead_letter_ids=[dead_letters]) == 1
    system.drain()
    assert world.states(registrations) == {"confirmed": BATCH}


def test_one_that_kills_its_process_becomes_a_dead_letter_alone(
    system: System, world: World
) -> None:
    section = world.section(seats=None)
    students = world.students(5)
    world.ready()
    decide, point = system.doing("registration.decide"), "registration.decide.uncommitted"
    with system.armed(point):
        with system.paused(system.running["relay"]):
            registrations = [world.submit(student, section) for student in students]
        assert system.wait_death(decide) == -9, "with all five in its hands"
    for _ in range(MAX_FATAL_ATTEMPTS):
        with system.armed(point):
            assert system.restart_dead() == ["decide"]
            assert system.wait_death(decide) == -9, "with the first alone"
    assert system.restart_dead() == ["decide"]
    wait_until(lambda: world.undecided() == 1, seconds=60, why=system.flow)
    ((dead_letters, error),) = fetch("SELECT id, error FROM bus_dead_letter")
    assert "died" in error
    assert world.answered() == set(registrations[1:])
    assert ask_retry(dead_letter_ids=[dead_letters]) == 1
    system.drain()
    assert world.answered() == set(registrations)
