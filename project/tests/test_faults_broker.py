"""RabbitMQ dies by signal 9 in the middle of a surge, and comes back with what it had confirmed."""

from pathlib import Path

import pytest

from project.tests.system.broker import moved_to, own_broker
from project.tests.system.running import System
from project.tests.system.surge import Surge

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


def test_rabbitmq_is_killed_and_restarted(system: System, surge: Surge, tmp_path: Path) -> None:
    with own_broker(tmp_path) as broker, moved_to(broker, system):
        with surge.under_way():
            broker.kill()
            broker.up()
        surge.end()
