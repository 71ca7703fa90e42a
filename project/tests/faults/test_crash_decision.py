"""The crash matrix, part one: `kill -9` in each step up to the decision, and in the relay."""

import pytest

from project.bus.sql import fetch
from project.testing.system.running import System
from project.testing.system.scenario import Day

pytestmark = pytest.mark.faults

STEPS = (
    "modules.lock",
    "payments.authorise",
    "registration.decide",
    "payments.capture",
    "notifications.announce",
)
MOMENTS = ("before", "uncommitted", "committed", "linked")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_pool_dies_on_the_way_to_an_answer(
    system: System, day: Day, step: str, moment: str
) -> None:
    with system.armed(f"{step}.{moment}"):
        day.ask()
        assert system.wait_death(system.doing(step)) == -9
    assert system.restart_dead()
    day.drop_first()
    day.end()


def test_the_relay_dies_between_commit_and_publish(system: System, day: Day) -> None:
    with system.armed("relay.sequenced"):
        day.ask()
        assert system.wait_death(system.running["relay"]) == -9
    assert _unconfirmed(), "stamped, and perhaps nobody knows"
    assert system.restart_dead() == ["relay"]
    day.drop_first()
    day.end()


def test_the_relay_dies_between_publish_and_confirm(system: System, day: Day) -> None:
    with system.armed("relay.published"):
        day.ask()
        assert system.wait_death(system.running["relay"]) == -9
    assert _unconfirmed(), "published, and published again"
    assert system.restart_dead() == ["relay"]
    day.drop_first()
    day.end()


def _unconfirmed() -> int:
    return int(fetch("SELECT count(*) FROM bus_batch WHERE confirmed_at IS NULL")[0][0])
