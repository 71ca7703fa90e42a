"""Fees per credit."""

from django.db import transaction

from payments import selectors
from project.bus import locks
from project.bus.store import append
from project.events.payments import RateChanged


@transaction.atomic
def rate_set(*, programme: str, per_credit: int, limit: int) -> bool:
    """Set a programme's fee per credit and the limit of accounts opened from now on. Fees already
    authorised and accounts already open stay unchanged. Returns False if nothing changed."""
    locks.acquire_transaction_lock("payments.rates")
    known = selectors.rates_by_programme([programme]).get(programme)
    if known and (known.per_credit, known.limit) == (per_credit, limit):
        return False
    append([RateChanged(programme=programme, per_credit=per_credit, limit=limit)])
    return True
