"""The seats' writer on the real database."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from modules.models import Section
from modules.services.seats import FENCING_TOKENS, seats_decide
from modules.tests import factories
from project.bus.consumers import CONSUMERS
from project.bus.dead_letters import ask_retry
from project.bus.registry import bus
from project.bus.runner import run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch
from project.web.errors.base import Refusal

pytestmark = pytest.mark.usefixtures("seats")


def counts(section: int) -> tuple[int, int]:
    row = Section.objects.get(id=section)
    return row.taken, row.waiting


def test_one_process_at_a_time_has_the_messages_about_seats() -> None:
    alone = [queue.name for queue in bus.queues.values() if queue.single_active_consumer]
    assert alone == ["seats"]


def test_exactly_100_of_100_seats_go_in_position_order() -> None:
    section = factories.section(100)
    for student in range(1, 131):
        factories.submitted(student, section)
    factories.work()
    assert factories.live(section) == [(student, student) for student in range(1, 101)]
    assert factories.waiting(section) == list(range(101, 131))
    assert counts(section) == (100, 30)


@pytest.mark.usefixtures("replayed")
def test_freed_seat_goes_to_the_first_on_the_waitlist() -> None:
    section = factories.section(1)
    first = factories.submitted(1, section)
    for student in (2, 3):
        factories.submitted(student, section)
    factories.work()
    factories.dropped(first, section)
    factories.work()
    assert factories.live(section) == [(2, 1)]
    assert factories.waiting(section) == [3]
    assert factories.events()[-2:] == ["seats_released", "seat_offered"]


def test_what_was_decided_is_not_decided_again() -> None:
    section = factories.section(2)
    flow_id = factories.submitted(1, section)
    drop = factories.dropped(flow_id, section)
    factories.work()
    before = factories.events()
    with transaction.atomic():
        seats_decide(flow_ids=[flow_id, drop])
    assert factories.events() == before


def test_release_of_what_was_released_changes_nothing() -> None:
    section = factories.section(2)
    flow_id = factories.submitted(1, section)
    factories.dropped(flow_id, section)
    factories.dropped(flow_id, section)
    factories.work()
    assert factories.events() == ["seats_decided", "seats_released", "seats_released"]
    assert counts(section) == (0, 0)


@pytest.mark.usefixtures("replayed")
def test_release_before_the_submission_leaves_a_tombstone() -> None:
    section = factories.section(2)
    flow_id = factories.submitted(1, section)
    sequence_outbox()
    # The submission was stored as a dead letter, so processing went on without it.
    drop = factories.dropped(flow_id, section)
    sequence_outbox()
    with transaction.atomic():
        seats_decide(flow_ids=[drop])
    with transaction.atomic():
        seats_decide(flow_ids=[flow_id])
    assert factories.live(section) == []
    assert counts(section) == (0, 0)
    factories.work()


@pytest.mark.usefixtures("replayed")
def test_more_seats_go_to_the_waitlist() -> None:
    section = factories.section(1)
    for student in (1, 2, 3, 4):
        factories.submitted(student, section)
    factories.work()
    factories.resized(section, 3)
    factories.submitted(5, section)
    factories.work()
    assert factories.live(section) == [(1, 1), (2, 2), (3, 3)]
    assert factories.waiting(section) == [4, 5]


@pytest.mark.usefixtures("replayed")
def test_unlimited_takes_the_whole_waitlist() -> None:
    section = factories.section(1)
    for student in (1, 2, 3):
        factories.submitted(student, section)
    factories.work()
    factories.resized(section, None)
    factories.work()
    assert factories.live(section) == [(1, 1), (2, None), (3, None)]


def test_fewer_seats_than_are_taken_are_refused() -> None:
    section = factories.section(3)
    for student in (1, 2):
        factories.submitted(student, section)
    factories.work()
    with pytest.raises(Refusal, match="2 seats of MATH 1 A01 are taken"):
        factories.resized(section, 1)
    factories.resized(section, 2)
    assert Section.objects.get(id=section).seats == 2


@pytest.mark.usefixtures("replayed")
def test_after_fewer_seats_the_gaps_are_filled_and_no_more() -> None:
    section = factories.section(4)
    flow_ids = [factories.submitted(student, section) for student in (1, 2, 3, 4)]
    factories.dropped(flow_ids[0], section)
    factories.dropped(flow_ids[1], section)
    factories.work()
    factories.resized(section, 3)
    for student in (5, 6):
        factories.submitted(student, section)
    factories.dropped(flow_ids[3], section)
    factories.work()
    assert len(factories.live(section)) == 3
    assert factories.waiting(section) == []


def test_all_or_nothing_takes_nothing() -> None:
    full, free = factories.section(1, code="A01"), factories.section(5, code="A02")
    factories.submitted(1, full)
    factories.submitted(2, free, full, mode="all", on_full="refuse")
    factories.work()
    assert factories.live(free) == []


@pytest.mark.usefixtures("replayed")
@pytest.mark.parametrize(("with_drops", "at_most"), [(False, 8), (True, 10)])
def test_400_events_are_a_handful_of_statements(with_drops: bool, at_most: int) -> None:
    """Two more if seats are released and offered: one per kind of event."""
    sections = [factories.section(n % 7, code=f"A{n:02}") for n in range(20)]
    some = [factories.submitted(student, *sections[student % 15 :][:4]) for student in range(100)]
    factories.work()
    for flow_id in some[::2] if with_drops else ():
        factories.dropped(flow_id, *sections)
    for student in range(200, 400):
        factories.submitted(student, *sections[student % 15 :][:4])
    assert window_statements() <= at_most


def window_statements() -> int:
    """How many statements the first window takes, apart from BEGIN and COMMIT."""
    while sequence_outbox():
        pass
    with CaptureQueriesContext(connection) as seen:
        factories.work()
    statements = [query["sql"].strip() for query in seen]
    begin = statements.index("BEGIN")
    window = statements[begin + 1 : statements.index("COMMIT", begin)]
    return sum(not sql.startswith(("SAVEPOINT", "RELEASE", "PREPARE")) for sql in window)


def test_who_follows_on_a_seat_without_a_number_has_none_either() -> None:
    section = factories.section(None)
    first, _ = [factories.submitted(student, section) for student in (1, 2)]
    factories.work()
    factories.resized(section, 2)
    factories.submitted(3, section)
    factories.work()
    assert (factories.waiting(section), counts(section)) == ([3], (2, 1))
    factories.dropped(first, section)
    factories.work()
    assert (factories.live(section), factories.waiting(section)) == ([(2, None), (3, None)], [])


def test_what_any_task_of_the_cursor_stores_is_tried_again_by_the_step_of_its_own_flow() -> None:
    section = factories.section(1)
    flow_id = factories.submitted(1, section)
    sequence_outbox()
    broken = replace(CONSUMERS["modules.release"], handler=_fail)
    run_cursor(broken, is_redelivered=False)
    ((dead_letters, task),) = fetch(
        "SELECT id, task FROM bus_dead_letter WHERE flow_id = %s", [flow_id]
    )
    assert task == "modules.lock"
    assert ask_retry(dead_letter_ids=[dead_letters]) == 1
    run_cursor(CONSUMERS["modules.lock"], is_redelivered=False)
    assert factories.live(section) == [(1, 1)]
    left = "SELECT 1 FROM bus_dead_letter WHERE flow_id = %s AND resolved_at IS NULL"
    assert fetch(left, [flow_id]) == []


def test_one_draw_is_a_block_of_fencing_tokens_that_no_other_transaction_gets() -> None:
    increment = "SELECT seqincrement FROM pg_sequence WHERE seqrelid = %s::regclass"
    assert fetch(increment, ["modules_fencing_token"]) == [(FENCING_TOKENS,)]


def _fail(flow_ids: Sequence[int]) -> None:
    raise ValueError("cannot")
