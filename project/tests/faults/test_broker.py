"""RabbitMQ is killed in the middle of a surge, and comes back with what it had confirmed."""

from pathlib import Path

import pytest
from celery import current_app

from project.bus.registry import bus
from project.testing.system.broker import moved_to, own_broker
from project.testing.system.running import System
from project.testing.system.surge import Surge

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


def test_rabbitmq_is_killed_and_restarted(system: System, surge: Surge, tmp_path: Path) -> None:
    with own_broker(tmp_path) as broker, moved_to(broker, system):
        with surge.under_way():
            broker.kill()
            broker.up()
        surge.end()


def test_a_queue_made_just_before_the_kill_serves_again(tmp_path: Path) -> None:
    with own_broker(tmp_path) as broker:
        with current_app.connection_for_write(broker.address) as connection:
            queue = bus.declarations()[-1](connection.default_channel)
            queue.declare()
        broker.kill()
        broker.up()
        with current_app.connection_for_write(broker.address) as connection:
            # Without a leader the queue does not respond, and this times out.
            assert queue.bind(connection.default_channel).get() is None
