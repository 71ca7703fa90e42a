"""The whole, once through: submit, answer, queue, drop, offer."""

from project.tests.system.sink import Sink
from project.tests.system.world import World


def test_every_request_ends_in_one_answer(world: World, mailbox: Sink) -> None:
    section = world.section(seats=2)
    students = world.students(4)
    world.ready()
    registrations = [world.submit(student, section) for student in students]
    world.system.drain()
    assert world.states(registrations) == {"confirmed": 2, "queued": 2}
    world.drop(students[0], registrations[0], section)
    world.system.drain()
    assert world.states(registrations) == {"dropped": 1, "confirmed": 2, "queued": 1}
    assert len(mailbox.letters) >= 6


def test_emptied_stores_begin_at_the_beginning(world: World) -> None:
    world.section()
    (student,) = world.students(1)
    world.ready()
    assert student == 1
