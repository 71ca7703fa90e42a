"""The account lock: whoever moves a student's money holds it, so nobody else does meanwhile."""

from collections.abc import Iterable

from payments.rules import AccountSnapshot
from payments.selectors import ACCOUNTS, PaymentKey, account_params, account_snapshot
from project.bus.sql import fetch

_LOCK = """
SELECT FROM payments_account WHERE student_id = ANY(%(students)s)
 ORDER BY student_id FOR NO KEY UPDATE"""


def accounts_lock(keys: Iterable[PaymentKey]) -> AccountSnapshot:
    """Lock these accounts in student order until the transaction ends; what they say from then on.

    One trip to the server, yet two statements: the second begins when every lock is held, so it
    sees what those did who held them before. Who has no account has nothing available.
    """
    return account_snapshot(fetch(f"{_LOCK};{ACCOUNTS}", account_params(list(keys))))
