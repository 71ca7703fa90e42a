"""The crash matrix, part two: `kill -9` in each step of a drop and of the offer that follows."""

import pytest

from project.tests.system.day import Day
from project.tests.system.running import System

pytestmark = pytest.mark.faults

STEPS = ("modules.release", "payments.give_back", "registration.consider")
MOMENTS = ("before", "uncommitted", "committed", "linked")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_pool_dies_while_a_seat_goes_on(system: System, day: Day, step: str, moment: str) -> None:
    with system.armed(f"{step}.{moment}"):
        day.give_up()
        assert system.wait_death(system.doing(step)) == -9
    assert system.restart_dead()
    day.ask()
    day.end()
