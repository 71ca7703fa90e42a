"""The crash matrix, part two: `kill -9` in each step of a drop and of the offer that follows, and
in the site around its commit."""

import psutil
import pytest

from project.bus.sql import fetch
from project.testing.system.client import CUT, Client
from project.testing.system.running import System
from project.testing.system.scenario import Day
from project.testing.waiting import wait_until

pytestmark = pytest.mark.faults

STEPS = ("modules.release", "payments.void_or_refund", "registration.evaluate")
MOMENTS = ("before", "uncommitted", "committed", "linked")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_pool_dies_while_a_seat_goes_on(system: System, day: Day, step: str, moment: str) -> None:
    with system.armed(f"{step}.{moment}"):
        day.drop_first()
        assert system.wait_death(system.doing(step)) == -9
    assert system.restart_dead()
    day.ask()
    day.end()


@pytest.mark.parametrize(("moment", "kept"), [("uncommitted", 0), ("committed", 1)])
def test_the_site_dies_around_its_commit(system: System, day: Day, moment: str, kept: int) -> None:
    (student,) = day.world.students(1)
    day.world.ready()
    client = Client(address=system.web(), token=day.world.token(student))
    (worker,) = psutil.Process(system.running["web"].pid).children()
    with system.armed(f"registration.submit.{moment}") as armed:
        with pytest.raises(CUT):
            client.register(day.roomy, key="once")
        wait_until(lambda: not worker.is_running(), seconds=10, why=system.flow)
        assert not armed.exists(), "it died there"
    assert _registrations_of(student) == kept
    system.web()
    status, body = client.register(day.roomy, key="once")
    assert status == 202
    system.drain()
    assert client.ask("GET", body["url"])[1]["status"] == "decided"
    assert _registrations_of(student) == 1


def _registrations_of(student: int) -> int:
    rows = fetch("SELECT count(*) FROM registration_registration WHERE student_id = %s", [student])
    return int(rows[0][0])
