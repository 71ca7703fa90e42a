"""Accounts: opened when a student is admitted, or at the latest when a fee is first authorised."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from payments import selectors
from payments.models import Account
from project.bus import locks
from project.bus.registry import StoredEvent
from project.bus.store import append
from project.events.payments import AccountChanged
from project.events.reasons import Reason
from project.events.registration import StudentChanged
from project.web.errors.base import Refusal

# Held to open accounts, or to act on a missing one: two writers would append the event twice.
OPENING = "payments.opening"


def accounts_admit(recorded: Sequence[StoredEvent]) -> None:
    """Open an account for each admitted student who has none. Edited students keep theirs."""
    students = (stored.event for stored in recorded if isinstance(stored.event, StudentChanged))
    accounts_open({event.student: event.programme for event in students})


def accounts_open(programmes: Mapping[int, str]) -> None:
    """Open the missing accounts of these students, each with the limit of its programme's rate.

    Without a rate no account is opened yet; it is opened when first needed.
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
    """Change what a student may owe; debts already made stay. False if nothing changed."""
    account = Account.objects.select_for_update(no_key=True).filter(student_id=student).first()
    if account is None:
        raise Refusal(Reason.NO_ACCOUNT, student=student)
    if account.limit == limit:
        return False
    append([AccountChanged(student=student, limit=limit)])
    return True
