"""Accounts: opened when a student is admitted, or at the latest when money is first asked for."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from payments import selectors
from payments.models import Account
from project.bus import locks
from project.bus.registry import StoredEvent
from project.bus.store import append
from project.events.payments import AccountChanged
from project.events.registration import StudentChanged
from project.web.errors.base import Refusal

# Who opens accounts, or acts on there being none, holds this: two would say the same event twice.
OPENING = "payments.opening"


def accounts_admit(recorded: Sequence[StoredEvent]) -> None:
    """Open an account for each student admitted who has none. An edited student keeps theirs."""
    students = (one.event for one in recorded if isinstance(one.event, StudentChanged))
    accounts_open({event.student: event.programme for event in students})


def accounts_open(programmes: Mapping[int, str]) -> None:
    """Open the accounts that these students lack, each with the limit of its programme's rate.

    Where there is no rate yet there is no account yet: whoever first needs one opens it.
    """
    locks.acquire_transaction_lock(OPENING)
    known = selectors.load_accounts(programmes.keys())
    lacking = {who: what for who, what in programmes.items() if who not in known}
    append(list(_opened(lacking)))


def _opened(programmes: Mapping[int, str]) -> Iterable[AccountChanged]:
    rates = selectors.rates_by_programme(set(programmes.values()))
    for student, programme in sorted(programmes.items()):
        if programme in rates:
            yield AccountChanged(student=student, limit=rates[programme].limit)


@transaction.atomic
def account_limit_set(*, student: int, limit: int) -> bool:
    """Change what a student may owe; what they owe already stands. False if nothing changed."""
    account = Account.objects.select_for_update(no_key=True).filter(student_id=student).first()
    if account is None:
        raise Refusal("no_account", f"Student {student} has no account yet.", status=404)
    if account.limit == limit:
        return False
    append([AccountChanged(student=student, limit=limit)])
    return True
