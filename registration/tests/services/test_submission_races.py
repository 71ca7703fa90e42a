"""One student from twenty connections at once; each race with its control."""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread
from unittest.mock import patch

import pytest
from django.db import connection, transaction

from project.bus.sql import Prepared
from project.events.vocabulary import Mode, OnFull
from project.testing.rounds import rounds
from project.web.errors.base import Refusal
from registration import services
from registration.models import IdempotencyKey, Item, Registration
from registration.rules.request import RegistrationRequest
from registration.selectors import submission
from registration.tests import factories

CONNECTIONS = 20
ROUNDS = rounds(20, few=5)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def at_once(submit: Callable[[int], object]) -> Counter[str]:
    """Call `submit(n)` on separate connections that start together; returns the results."""
    barrier = Barrier(CONNECTIONS)
    results: Counter[str] = Counter()

    def run(n: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results[str(submit(n))] += 1
        except Refusal as refusal:
            results[refusal.code] += 1
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def submit(student: int, key: str, *sections: int) -> object:
    asking = RegistrationRequest(sections=sections, mode=Mode.ANY, on_full=OnFull.WAITLIST)
    return services.registration_submit(student=student, key=key, request=asking)


def test_one_key_makes_one_registration() -> None:
    factories.section(1)
    factories.window()
    for _ in range(ROUNDS):
        student = factories.student()
        results = at_once(lambda _, student=student: submit(student, "k", 1))  # type: ignore[misc]
        (row,) = Registration.objects.filter(student_id=student)
        assert set(results) <= {str(row.id), "still_processing"}
        assert results[str(row.id)] >= 1


def test_twenty_keys_make_one_registration() -> None:
    factories.section(1)
    factories.window()
    student = factories.student()
    results = at_once(lambda n: submit(student, f"k{n}", 1))
    (row,) = Registration.objects.all()
    assert results == {str(row.id): 1, "already_registered": CONNECTIONS - 1}


def test_credits_hold_from_twenty_connections() -> None:
    for number in range(1, CONNECTIONS + 1):
        factories.section(number, credits=4)
    factories.window()
    student = factories.student(credit_limit=20)
    results = at_once(lambda n: submit(student, f"k{n}", n + 1))
    assert results["credit_limit"] == 15
    assert Item.objects.filter(student_id=student).count() == 5


def test_control_without_the_student_lock_credits_are_overdrawn() -> None:
    """Shows what the lock is for: without it the same race goes over the limit."""
    for number in range(1, CONNECTIONS + 1):
        factories.section(number, credits=4)
    factories.window()
    lock = submission._LOCK
    unlocked = Prepared(
        name="registration_submission_unlocked",
        types=lock.types,
        sql=lock.sql.replace("FOR NO KEY UPDATE OF s", ""),
    )
    overdrawn = 0
    with patch.object(submission, "_LOCK", unlocked):
        while not overdrawn:  # at the first try, as a rule; else until the test's time is up
            student = factories.student(credit_limit=4)
            at_once(lambda n, student=student: submit(student, f"k{n}", n + 1))  # type: ignore[misc]
            overdrawn += Item.objects.filter(student_id=student).count() > 1
    assert overdrawn > 0


def test_key_in_process_is_409_at_once() -> None:
    factories.section(1)
    factories.window()
    student = factories.student()
    seen: list[object] = []

    def other() -> None:
        try:
            seen.append(factories.post(student, factories.body(1), key="k"))
        finally:
            connection.close()

    with transaction.atomic():
        submit(student, "k", 1)
        thread = Thread(target=other)
        thread.start()
        thread.join(timeout=10)
    (answer,) = seen
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert answer.json()["code"] == "still_processing"  # type: ignore[attr-defined]
    assert answer["Retry-After"] == "1"  # type: ignore[index]
    assert Registration.objects.count() == 1


def test_looking_for_a_submission_in_progress_blocks_nobody() -> None:
    factories.section(1)
    factories.window()
    student = factories.student()
    seen: list[object] = []

    def ask() -> None:
        try:
            seen.append(factories.post(student, factories.body(1), key="k"))
        finally:
            connection.close()

    with transaction.atomic():
        assert not submission.is_in_progress(student=student, key="k")
        thread = Thread(target=ask)
        thread.start()
        thread.join(timeout=10)
    (answer,) = seen
    assert answer.status_code == 202  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", [str(n) for n in range(8)])  # numbers with either sign in each half
def test_only_the_submission_in_progress_is_seen(key: str) -> None:
    with factories.submission_in_progress(1, key):
        seen = [submission.is_in_progress(student=one, key=key) for one in (1, 2)]
        assert seen == [True, False]
        assert not submission.is_in_progress(student=1, key=f"{key}0")
    assert not submission.is_in_progress(student=1, key=key)


def test_a_key_that_is_just_being_purged_still_answers_and_is_not_re_created() -> None:
    factories.section(1)
    factories.window()
    student = factories.student()
    first = submit(student, "k", 1)
    seen: list[object] = []

    def again() -> None:
        try:
            seen.append(submit(student, "k", 1))
        finally:
            connection.close()

    thread = Thread(target=again)
    with transaction.atomic():
        IdempotencyKey.objects.all().delete()
        thread.start()
        thread.join(timeout=5)
        answered = list(seen)
    thread.join()
    assert answered == [first]
    assert not IdempotencyKey.objects.exists()
