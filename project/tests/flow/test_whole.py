"""The whole flow once: submit, decide, waitlist, drop, offer."""

import re
from functools import partial

from project.bus.sql import run
from project.live import seat_counts
from project.live.seat_counts import Counts
from project.ops.logging import bound_requests
from project.testing.smtp_sink import Sink
from project.testing.system import stores
from project.testing.system.world import World
from project.testing.waiting import wait_until


def test_every_request_ends_in_one_answer(world: World, mailbox: Sink) -> None:
    section = world.section(seats=2)
    students = world.students(4)
    world.ready()
    registrations = [world.submit(student, section) for student in students]
    world.system.drain()
    assert world.states(registrations) == {"confirmed": 2, "waitlisted": 2}
    world.drop(students[0], registrations[0], section)
    world.system.drain()
    assert world.states(registrations) == {"dropped": 1, "confirmed": 2, "waitlisted": 1}
    assert len(mailbox.emails) >= 6


def test_the_id_of_a_request_is_in_the_entries_of_its_tasks(world: World) -> None:
    section, (student,) = world.section(), world.students(1)
    world.ready()
    with bound_requests(["a-request-1"]):
        world.submit(student, section)
    world.system.drain()
    logs = "".join(process.log.read_text() for process in world.system.running.values())
    entries = [line for line in logs.splitlines() if "request_id=a-request-1 " in line]
    tasks = {task for line in entries for task in re.findall(r" task=(\S+)", line)}
    assert tasks >= {
        "modules.lock",
        "payments.authorise",
        "registration.decide",
        "payments.capture",
        "notifications.announce",
    }


_NOT_BY_ITSELF = """
INSERT INTO bus_job_run (name, period)
SELECT 'modules.reconcile', floor(extract(epoch FROM clock_timestamp()) / 60) + n
  FROM generate_series(0, 1) n ON CONFLICT DO NOTHING"""


def test_counts_that_redis_lost_are_there_again_soon_after_somebody_missed_them(
    world: World,
) -> None:
    section, (student,) = world.section(seats=3), world.students(1)
    world.ready()
    run(_NOT_BY_ITSELF)
    world.submit(student, section)
    world.system.drain()
    stores.empty_redis()
    assert seat_counts.read([section]) == {}
    read = partial(seat_counts.read, [section])
    wait_until(read, seconds=20, why=lambda: "nobody made the counts again")
    assert read() == {section: Counts(taken=1, waiting=0)}


def test_emptied_stores_begin_at_the_beginning(world: World) -> None:
    world.section()
    (student,) = world.students(1)
    world.ready()
    assert student == 1
