"""A drop against the step it compensates, on two connections that start together."""

from collections import Counter
from collections.abc import Callable, Iterable
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from payments import services
from payments.models import Account, Payment
from payments.rules import AccountSnapshot
from payments.selectors import PaymentKey
from payments.services import account_locks, payments
from payments.tests import factories

pytestmark = pytest.mark.slow

AT_LEAST, AT_MOST = 25, 500
Step = tuple[Callable[..., None], list[int]]


def race(*steps: Step) -> list[str]:
    """Run each step in a transaction of its own, all at once. Returns the errors."""
    barrier = Barrier(len(steps))
    wrong: list[str] = []

    def run(step: Callable[..., None], flow_ids: list[int]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            with transaction.atomic():
                step(flow_ids=flow_ids)
        except DatabaseError as error:
            wrong.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def drop_against_authorise(student: int) -> tuple[list[str], str]:
    flow = factories.submitted(student).seated()
    compensate = (services.payments_void_or_refund, [flow.dropped()])
    wrong = race((services.payments_authorise, [flow.flow_id]), compensate)
    return wrong, "first" if Payment.objects.get(student_id=student).amount == 0 else "second"


def drop_against_capture(student: int) -> tuple[list[str], str]:
    flow = factories.submitted(student).seated()
    with transaction.atomic():
        services.payments_authorise(flow_ids=[flow.flow_id])
    compensate = (services.payments_void_or_refund, [flow.decided().dropped()])
    wrong = race((services.payments_capture, [flow.flow_id]), compensate)
    return wrong, "first" if flow.states() == ["voided"] else "second"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rounds", [drop_against_authorise, drop_against_capture])
@pytest.mark.parametrize("has_account", [True, False])
def test_drop_and_the_step_it_compensates_agree_whoever_comes_first(
    rounds: Callable[[int], tuple[list[str], str]],
    has_account: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    factories.rate()
    came: Counter[str] = Counter()
    for student in range(1, AT_MOST):
        if has_account:
            factories.account(student)
        wrong, order = rounds(student)
        assert wrong == []
        came[order] += 1
        if student >= AT_LEAST and len(came) == 2:
            break
    with capsys.disabled():
        print(f"\n{rounds.__name__}: the drop came first {came['first']}, second {came['second']}")
    assert factories.broken_invariants() == []
    assert set(Payment.objects.values_list("state", flat=True)) <= {"voided", "refunded"}
    assert set(Account.objects.values_list("authorised", "captured")) <= {(0, 0)}
    assert min(came["first"], came["second"]) > 0


@pytest.mark.django_db(transaction=True)
def test_without_the_account_lock_they_do_not_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the guard, money stays authorised, or is refunded twice."""
    meet = Barrier(2, timeout=10)

    def read_together(keys: Iterable[PaymentKey]) -> AccountSnapshot:
        snapshot = account_locks.accounts_lock(keys)
        meet.wait()
        return snapshot

    monkeypatch.setattr(account_locks, "_LOCK", "SELECT")
    monkeypatch.setattr(payments, "accounts_lock", read_together)
    factories.rate()
    factories.account(1)
    wrong, _ = drop_against_authorise(1)
    assert wrong or factories.broken_invariants()


@pytest.mark.django_db(transaction=True)
def test_batches_that_share_students_in_opposite_order_do_not_deadlock() -> None:
    factories.rate()
    students = range(1, 21)
    for student in students:
        factories.account(student)
    flows = [
        [factories.submitted(student, first=student * 100 + n).seated() for student in order]
        for n, order in enumerate((students, reversed(students)))
    ]
    for step in (services.payments_authorise, services.payments_capture):
        assert race(*[(step, [flow.flow_id for flow in batch]) for batch in flows]) == []
        for flow in (flow for batch in flows for flow in batch):
            flow.decided()
    assert Payment.objects.filter(state="captured").count() == 40
