"""SQL statements for a batch of 200, the runner's own included."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch
from project.testing import terminal_summary
from project.testing.in_process import Here
from project.testing.system.world import World

# The current cost of each: a change that makes one dearer, or cheaper, updates it here.
SUBMIT = 2
STEPS = {
    "modules.lock": 8,
    "payments.authorise": 7,
    "registration.decide": 8,
    "payments.capture": 7,
    "notifications.announce": 7,
}
_NOT_COUNTED = re.compile(r"PREPARE|SAVEPOINT|RELEASE|ROLLBACK TO|BEGIN|COMMIT|DEALLOCATE", re.I)


def _statements(queries: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in queries if not _NOT_COUNTED.match(one["sql"])]


@pytest.fixture
def crowd(quiet_world: World) -> World:
    """A warm connection, and 200 submissions for 150 seats."""
    warm, section = quiet_world.section(seats=1), quiet_world.section(seats=150)
    first, *students = quiet_world.students(201)
    quiet_world.ready()
    quiet_world.submit(first, warm)
    quiet_world.ready()
    with CaptureQueriesContext(connection) as asked:
        quiet_world.submit(students.pop(), section)
    assert len(_statements(asked)) == SUBMIT
    for student in students:
        quiet_world.submit(student, section)
    return quiet_world


def test_every_step_of_a_batch_of_200_costs_what_its_budget_says(
    crowd: World, record_property: Callable[[str, object], None]
) -> None:
    (one,) = sequence_outbox()
    assert fetch("SELECT size FROM bus_batch WHERE id = %s", [one.batch]) == [(200,)]
    here, spent = Here(), dict[str, int]()
    for task in one.steps:
        with CaptureQueriesContext(connection) as asked:
            here.do(task, one.batch)
        spent[task] = len(_statements(asked))
    record_property(
        terminal_summary.NAME, f"statements for a batch of 200, runner included: {spent}"
    )
    assert spent == STEPS
