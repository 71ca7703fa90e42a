"""The seats' writer on the real database."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from modules.models import Section
from modules.selectors.catalogue import section_stored
from modules.services.catalogue import section_save
from modules.services.seats import FENCING_TOKENS, seats_decide
from modules.tests import given
from project.bus.line import stamp
from project.bus.parking import ask_retry
from project.bus.registry import bus
from project.bus.running import run_cursor
from project.bus.sql import fetch
from project.bus.works import works
from project.messages.modules import SectionChanged
from project.refusals import Refusal

pytestmark = pytest.mark.usefixtures("seats")


def resized(section: int, seats: int | None) -> None:
    stored = section_stored(section=section)
    assert stored is not None
    data = {**stored.to_data(), "seats": seats}
    section_save(section=SectionChanged.from_data(data))


def counts(section: int) -> tuple[int, int]:
    row = Section.objects.get(id=section)
    return row.taken, row.waiting


def test_one_process_at_a_time_has_the_messages_about_seats() -> None:
    alone = [queue.name for queue in bus.queues.values() if queue.single_active_consumer]
    assert alone == ["seats"]


def test_exactly_100_of_100_seats_go_in_line_order() -> None:
    section = given.section(100)
    for student in range(1, 131):
        given.submitted(student, section)
    given.work()
    assert given.live(section) == [(student, student) for student in range(1, 101)]
    assert given.waiting(section) == list(range(101, 131))
    assert counts(section) == (100, 30)


@pytest.mark.usefixtures("replayed")
def test_freed_seat_goes_to_the_first_on_the_waitlist() -> None:
    section = given.section(1)
    first = given.submitted(1, section)
    for student in (2, 3):
        given.submitted(student, section)
    given.work()
    given.dropped(first, section)
    given.work()
    assert given.live(section) == [(2, 1)]
    assert given.waiting(section) == [3]
    assert given.facts()[-2:] == ["seats_released", "seat_offered"]


def test_what_was_decided_is_not_decided_again() -> None:
    section = given.section(2)
    cause = given.submitted(1, section)
    drop = given.dropped(cause, section)
    given.work()
    before = given.facts()
    with transaction.atomic():
        seats_decide(causes=[cause, drop])
    assert given.facts() == before


def test_release_of_what_was_released_changes_nothing() -> None:
    section = given.section(2)
    cause = given.submitted(1, section)
    given.dropped(cause, section)
    given.dropped(cause, section)
    given.work()
    assert given.facts() == ["seats_decided", "seats_released", "seats_released"]
    assert counts(section) == (0, 0)


@pytest.mark.usefixtures("replayed")
def test_release_before_the_submission_leaves_a_tombstone() -> None:
    section = given.section(2)
    cause = given.submitted(1, section)
    stamp()
    # The submission was parked, so the line went on without it.
    drop = given.dropped(cause, section)
    stamp()
    with transaction.atomic():
        seats_decide(causes=[drop])
    with transaction.atomic():
        seats_decide(causes=[cause])
    assert given.live(section) == []
    assert counts(section) == (0, 0)
    given.work()


@pytest.mark.usefixtures("replayed")
def test_more_seats_go_to_the_waitlist() -> None:
    section = given.section(1)
    for student in (1, 2, 3, 4):
        given.submitted(student, section)
    given.work()
    resized(section, 3)
    given.submitted(5, section)
    given.work()
    assert given.live(section) == [(1, 1), (2, 2), (3, 3)]
    assert given.waiting(section) == [4, 5]


@pytest.mark.usefixtures("replayed")
def test_unlimited_takes_the_whole_waitlist() -> None:
    section = given.section(1)
    for student in (1, 2, 3):
        given.submitted(student, section)
    given.work()
    resized(section, None)
    given.work()
    assert given.live(section) == [(1, 1), (2, None), (3, None)]


def test_fewer_seats_than_are_taken_are_refused() -> None:
    section = given.section(3)
    for student in (1, 2):
        given.submitted(student, section)
    given.work()
    with pytest.raises(Refusal, match="2 seats of MATH 1 A01 are taken"):
        resized(section, 1)
    resized(section, 2)
    assert Section.objects.get(id=section).seats == 2


@pytest.mark.usefixtures("replayed")
def test_after_fewer_seats_the_gaps_are_filled_and_no_more() -> None:
    section = given.section(4)
    causes = [given.submitted(student, section) for student in (1, 2, 3, 4)]
    given.dropped(causes[0], section)
    given.dropped(causes[1], section)
    given.work()
    resized(section, 3)
    for student in (5, 6):
        given.submitted(student, section)
    given.dropped(causes[3], section)
    given.work()
    assert len(given.live(section)) == 3
    assert given.waiting(section) == []


def test_all_or_nothing_takes_nothing() -> None:
    full, free = given.section(1, code="A01"), given.section(5, code="A02")
    given.submitted(1, full)
    given.submitted(2, free, full, mode="all", on_full="refuse")
    given.work()
    assert given.live(free) == []


@pytest.mark.usefixtures("replayed")
@pytest.mark.parametrize(("with_drops", "at_most"), [(False, 8), (True, 10)])
def test_400_events_are_a_handful_of_statements(with_drops: bool, at_most: int) -> None:
    """Two more where seats come back and are offered: each kind of fact is one."""
    sections = [given.section(n % 7, code=f"A{n:02}") for n in range(20)]
    some = [given.submitted(student, *sections[student % 15 :][:4]) for student in range(100)]
    given.work()
    for cause in some[::2] if with_drops else ():
        given.dropped(cause, *sections)
    for student in range(200, 400):
        given.submitted(student, *sections[student % 15 :][:4])
    assert window_statements() <= at_most


def window_statements() -> int:
    """How many statements the first window takes, but for those that open and end transactions."""
    while stamp():
        pass
    with CaptureQueriesContext(connection) as seen:
        given.work()
    said = [query["sql"].strip() for query in seen]
    begin = said.index("BEGIN")
    window = said[begin + 1 : said.index("COMMIT", begin)]
    return sum(not sql.startswith(("SAVEPOINT", "RELEASE", "PREPARE")) for sql in window)


def test_who_follows_on_a_seat_without_a_number_has_none_either() -> None:
    section = given.section(None)
    first, _ = [given.submitted(student, section) for student in (1, 2)]
    given.work()
    resized(section, 2)
    given.submitted(3, section)
    given.work()
    assert (given.waiting(section), counts(section)) == ([3], (2, 1))
    given.dropped(first, section)
    given.work()
    assert (given.live(section), given.waiting(section)) == ([(2, None), (3, None)], [])


def test_what_any_task_of_the_line_parks_is_tried_again_by_the_step_of_its_own_flow() -> None:
    section = given.section(1)
    cause = given.submitted(1, section)
    stamp()
    broken = replace(works["modules.release"], handler=_fail)
    run_cursor(broken, is_redelivered=False)
    ((parked, task),) = fetch("SELECT id, task FROM bus_parked WHERE cause = %s", [cause])
    assert task == "modules.lock"
    assert ask_retry(parked_ids=[parked]) == 1
    run_cursor(works["modules.lock"], is_redelivered=False)
    assert given.live(section) == [(1, 1)]
    left = "SELECT 1 FROM bus_parked WHERE cause = %s AND resolved_at IS NULL"
    assert fetch(left, [cause]) == []


def test_one_draw_is_a_block_of_fencing_tokens_that_no_other_transaction_gets() -> None:
    increment = "SELECT seqincrement FROM pg_sequence WHERE seqrelid = %s::regclass"
    assert fetch(increment, ["modules_fencing_token"]) == [(FENCING_TOKENS,)]


def _fail(causes: Sequence[int]) -> None:
    raise ValueError("cannot")
