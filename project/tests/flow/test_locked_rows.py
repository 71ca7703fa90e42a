"""A forgotten transaction holds one row: only what needs that row waits for it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Event as Signal
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client, override_settings

from modules.selectors.catalogue import get_section
from modules.services.catalogue import section_save
from payments.services.accounts import account_limit_set
from project.accounts.models import User
from project.bus.consumers import CONSUMERS
from project.bus.runner import run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.invariants.runner import run_invariants
from project.ops.locked import is_locked
from project.testing.db_threads import PATIENCE, aside
from project.testing.in_process import EMAILS_SENT, Here
from project.testing.subprocesses import python
from project.testing.system.world import World
from registration.services import items_expire
from registration.tests import factories

SOON_SECONDS = 4  # one to two when idle; the machine may be busy
STUDENTS = 12

ACCOUNT = "SELECT FROM payments_account WHERE student_id = %(student)s FOR UPDATE"
STUDENT = "SELECT FROM registration_student WHERE id = %(student)s FOR UPDATE"
ITEM = "SELECT FROM registration_item WHERE student_id = %(student)s FOR UPDATE"
PAYMENT = "SELECT FROM payments_payment WHERE student_id = %(student)s FOR UPDATE"
SECTION = "SELECT FROM modules_section WHERE id = %(section)s FOR UPDATE"
CATALOGUE = "SELECT FROM registration_section WHERE id = %(section)s FOR UPDATE"


@contextmanager
def held(sql: str, **params: int) -> Iterator[None]:
    """Another connection locks the rows of that statement for as long as the block lasts."""
    is_locked, may_go = Signal(), Signal()

    def hold() -> None:
        with transaction.atomic():
            fetch(sql, params)
            is_locked.set()
            may_go.wait(PATIENCE)

    with aside(hold):
        assert is_locked.wait(PATIENCE)
        try:
            yield
        finally:
            may_go.set()


def sweep() -> float:
    """Process every message once, as relay and watchdog send them; returns the longest time of
    one."""
    longest = 0.0
    for work in [one for one in CONSUMERS.values() if one.cursor]:
        longest = max(longest, _timed(lambda task=work.task: Here().do(task, 0)))  # type: ignore[misc]
    for batch, steps in Here().batches():
        for task in steps:
            longest = max(longest, _timed(lambda task=task, at=batch: Here().do(task, at)))  # type: ignore[misc]
    return longest


def _timed(do: Callable[[], None]) -> float:
    began = time.monotonic()
    do()
    return time.monotonic() - began


def sequenced() -> None:
    while sequence_outbox():
        pass


def at_peace(world: World) -> None:
    """All work can be done, no dead letter results and every invariant holds."""
    world.ready()
    assert [one for one in run_invariants(at_rest=True) if one.invariant != EMAILS_SENT] == []
    assert fetch("SELECT task, error FROM bus_dead_letter WHERE resolved_at IS NULL") == []


def everybody_asks(world: World) -> tuple[list[int], dict[int, int], dict[int, UUID]]:
    """Students, the section of each, and their registrations."""
    students = world.students(STUDENTS)
    sections = {student: world.section() for student in students}
    world.ready()
    asked = {student: world.submit(student, sections[student]) for student in students}
    return students, sections, asked


@pytest.mark.parametrize(
    ("sql", "before"),
    [
        (ACCOUNT, "payments.authorise"),
        (ACCOUNT, "payments.capture"),
        (PAYMENT, "payments.capture"),
        (STUDENT, "registration.decide"),
        (ITEM, "registration.decide"),
        (SECTION, "modules.lock"),
    ],
)
@pytest.mark.parametrize("which", [0, 5, STUDENTS - 1])
def test_only_the_student_of_the_row_waits(
    broken_world: World, sql: str, before: str, which: int
) -> None:
    students, sections, asked = everybody_asks(broken_world)
    Here().do_until(before)
    one = students[which]
    others = [asked[student] for student in students if student != one]
    with held(sql, student=one, section=sections[one]):
        assert sweep() < SOON_SECONDS
        assert broken_world.states(others) == {"confirmed": STUDENTS - 1}
        captured = fetch("SELECT count(*) FROM payments_payment WHERE state = 'captured'")
        assert captured == [(STUDENTS - 1,)]
        announced = fetch("SELECT count(*) FROM notifications_inbox WHERE student_id <> %s", [one])
        assert announced == [(STUDENTS - 1,)]
        assert sweep() < SOON_SECONDS
    for _ in range(2):
        sweep()
    assert broken_world.states([asked[one]]) == {"confirmed": 1}
    at_peace(broken_world)


@pytest.mark.parametrize(
    ("sql", "step"),
    [
        (SECTION, "modules.release"),
        (ACCOUNT, "payments.void_or_refund"),
        (PAYMENT, "payments.void_or_refund"),
    ],
)
def test_only_their_money_and_seat_wait_when_all_drop(
    broken_world: World, sql: str, step: str
) -> None:
    students, sections, asked = everybody_asks(broken_world)
    broken_world.ready()
    for student in students:
        broken_world.drop(student, asked[student], sections[student])
    sequenced()
    one = students[3]
    with held(sql, student=one, section=sections[one]):
        assert sweep() < SOON_SECONDS
        done = {"modules.release": "modules_allocation WHERE state = 'live'"}
        left = done.get(step, "payments_payment WHERE state <> 'refunded'")
        assert fetch(f"SELECT count(*) FROM {left}") == [(1,)]
    for _ in range(2):
        sweep()
    at_peace(broken_world)


@pytest.mark.parametrize("sql", [STUDENT, ITEM])
def test_only_the_student_of_the_row_waits_for_their_offer(broken_world: World, sql: str) -> None:
    sitting, *students = broken_world.students(STUDENTS + 1)
    section = broken_world.section(seats=1)
    broken_world.ready()
    broken_world.submit(sitting, section)
    asked = {student: broken_world.submit(student, section) for student in students}
    broken_world.ready()
    stored = get_section(section=section)
    assert stored is not None
    section_save(section=replace(stored, seats=STUDENTS + 1))
    sequenced()
    Here().read_on()
    sequenced()
    one = students[4]
    with held(sql, student=one):
        assert sweep() < SOON_SECONDS
        others = [asked[student] for student in students if student != one]
        assert broken_world.states(others) == {"confirmed": len(others)}
    for _ in range(2):
        sweep()
    assert broken_world.states([asked[one]]) == {"confirmed": 1}
    at_peace(broken_world)


def test_who_comes_later_for_the_held_section_stays_later(broken_world: World) -> None:
    """Also when its row is released between two tries; and students who requested it together with
    another section keep their order there, too."""
    first, both, later, other = broken_world.students(4)
    held_one, popular = broken_world.section(seats=1), broken_world.section(seats=1)
    free = broken_world.section(seats=1)
    broken_world.ready()
    wanted: list[tuple[int, Sequence[int]]] = [(first, [held_one]), (both, [held_one, popular])]
    early = [broken_world.submit(student, *sections) for student, sections in wanted]
    sequenced()
    with held(SECTION, section=held_one):
        sweep()
        late = broken_world.submit(later, popular)
        unconcerned = broken_world.submit(other, free)
        sequenced()
        assert sweep() < SOON_SECONDS
        assert broken_world.items(unconcerned) == {free: "confirmed"}
        assert broken_world.answered() == {unconcerned}
    broken_world.submit(other, held_one)
    sequenced()
    for _ in range(3):
        sweep()
    assert broken_world.items(early[0]) == {held_one: "confirmed"}
    assert broken_world.items(early[1]) == {held_one: "waitlisted", popular: "confirmed"}
    assert broken_world.items(late) == {popular: "waitlisted"}
    waiting = fetch(
        "SELECT student_id FROM modules_waitlist_entry WHERE section_id = %s ORDER BY position",
        [held_one],
    )
    assert waiting == [(both,), (other,)]
    at_peace(broken_world)


def test_a_redelivered_message_keeps_the_order_of_what_waits(broken_world: World) -> None:
    first, later = broken_world.students(2)
    held_one, popular = broken_world.section(), broken_world.section(seats=1)
    broken_world.ready()
    early = broken_world.submit(first, held_one, popular)
    sequenced()
    with held(SECTION, section=held_one):
        sweep()
        late = broken_world.submit(later, popular)
        sequenced()
        sweep()
        run_cursor(CONSUMERS["modules.lock"], is_redelivered=True)
        assert fetch("SELECT count(*) FROM modules_allocation") == [(0,)]
    for _ in range(2):
        sweep()
    assert broken_world.items(early) == {held_one: "confirmed", popular: "confirmed"}
    assert broken_world.items(late) == {popular: "waitlisted"}
    at_peace(broken_world)


def test_a_catalogue_goes_on_beside_a_held_section_and_the_last_change_stays_last(
    broken_world: World,
) -> None:
    one, two = broken_world.section(), broken_world.section()
    broken_world.ready()

    def change(section: int, instructor: str) -> None:
        stored = get_section(section=section)
        assert stored is not None
        section_save(section=replace(stored, instructor=instructor))
        sequenced()

    def shown() -> dict[int, str]:
        return dict(fetch("SELECT id, instructor FROM registration_section"))

    change(one, "first")
    with held(CATALOGUE, section=one):
        change(two, "beside")
        assert sweep() < SOON_SECONDS
        assert shown() == {one: "", two: "beside"}
    change(one, "second")
    sweep()
    assert shown() == {one: "second", two: "beside"}
    sweep()
    at_peace(broken_world)


def test_expiry_passes_a_student_who_is_held(broken_world: World) -> None:
    students, _, asked = everybody_asks(broken_world)
    sequenced()
    Here().read_on()
    with override_settings(DECISION_DEADLINE_SECONDS=0), held(STUDENT, student=students[0]):
        assert items_expire() == STUDENTS - 1
        assert broken_world.items(asked[students[0]]) != {}
    with override_settings(DECISION_DEADLINE_SECONDS=0):
        assert items_expire() == 1


@pytest.fixture
def _like_the_site(transactional_db: None) -> Iterator[None]:
    """Use the lock time-out of the site on this connection."""
    run("SET lock_timeout = 1500")
    yield
    run("RESET lock_timeout")


@pytest.mark.usefixtures("_like_the_site")
def test_the_sites_own_sessions_wait_no_longer() -> None:
    done = python(
        "-c",
        "import django; django.setup(); from project.bus.sql import fetch;"
        "print(fetch('SHOW lock_timeout'))",
        DB_ROLE="web",
        DJANGO_SETTINGS_MODULE="project.settings",
    )
    assert "1500ms" in done.stdout


@pytest.mark.usefixtures("_like_the_site")
def test_a_submission_says_busy_and_leaves_nothing(broken_world: World) -> None:
    (student,) = broken_world.students(1)
    section = broken_world.section()
    broken_world.ready()
    with held(STUDENT, student=student):
        answer = factories.post(student, factories.body(section), key="k")
    assert (answer.status_code, answer.json()["code"]) == (409, "busy")
    assert answer["Retry-After"] == "2"
    assert factories.post(student, factories.body(section), key="k").status_code == 202


@pytest.mark.usefixtures("_like_the_site")
def test_a_drop_says_busy_on_the_page(broken_world: World) -> None:
    (student,) = broken_world.students(1)
    section = broken_world.section()
    broken_world.ready()
    registration = broken_world.submit(student, section)
    broken_world.ready()
    client = Client()
    client.force_login(User.objects.get(id=student))
    with held(STUDENT, student=student):
        answer = client.post(f"/registrations/{registration}/drop/{section}/")
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.usefixtures("_like_the_site")
def test_staff_do_not_hang_on_an_account_that_is_held(broken_world: World) -> None:
    (student,) = broken_world.students(1)
    broken_world.ready()
    with held(ACCOUNT, student=student), pytest.raises(OperationalError) as caught:
        account_limit_set(student=student, limit=1)
    assert is_locked(caught.value)
    assert not connection.in_atomic_block
