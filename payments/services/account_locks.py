"""The account lock: at most one transaction changes a student's payments at a time."""

from collections.abc import Iterable

from payments.rules import AccountSnapshot
from payments.selectors import ACCOUNTS, PaymentKey, account_params, account_snapshot
from project.bus.sql import fetch

_LOCK = """
SELECT FROM payments_account WHERE student_id = ANY(%(students)s)
 ORDER BY student_id FOR NO KEY UPDATE"""


def accounts_lock(keys: Iterable[PaymentKey]) -> AccountSnapshot:
    """Lock these accounts in student order until the transaction ends; returns their snapshot.

    One round trip, yet two statements: the second begins when every lock is held, so it sees what
    earlier holders committed. Students without an account are missing in `available`.
    """
    return account_snapshot(fetch(f"{_LOCK};{ACCOUNTS}", account_params(list(keys))))
