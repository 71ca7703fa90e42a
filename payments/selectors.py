"""Reads, and the locks that reads take."""

from collections.abc import Collection

from django.db import connection

from payments.models import Account, Payment, Rate
from payments.rules import Held, Item, Purse

_PURSE = """
SELECT a.student_id, a.limit_ - a.authorised - a.captured, r.programme, r.per_credit
  FROM payments_account a
  JOIN unnest(%s::bigint[], %s::text[]) AS w(student, programme) ON w.student = a.student_id
  LEFT JOIN payments_rate r ON r.programme = w.programme
 ORDER BY a.student_id
   FOR NO KEY UPDATE OF a"""


def purse_locked(pairs: Collection[tuple[int, str]]) -> Purse:
    """Room and fee of each (student, programme), with the accounts locked in student order.

    A student without an account has no room in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PURSE, [[student for student, _ in pairs], [name for _, name in pairs]])
        rows = cursor.fetchall()
    return Purse(
        room={student: room for student, room, _, _ in rows},
        per_credit={programme: fee for _, _, programme, fee in rows if programme is not None},
    )


def accounts_locked(students: Collection[int]) -> set[int]:
    """Lock these students' accounts, in order. Returns who has one.

    Two batches that move money of the same students meet here, not at each other's rows.
    """
    locked = Account.objects.select_for_update(no_key=True).filter(student_id__in=students)
    return set(locked.order_by("student_id").values_list("student_id", flat=True))


def account_limit_locked(student: int) -> int | None:
    """The student's limit, its account locked; None without an account."""
    locked = Account.objects.select_for_update(no_key=True).filter(student_id=student)
    return locked.values_list("limit", flat=True).first()


def accounts_known(students: Collection[int]) -> set[int]:
    """Who of these has an account."""
    known = Account.objects.filter(student_id__in=students)
    return set(known.values_list("student_id", flat=True))


def rates_by_programme(programmes: Collection[str]) -> dict[str, Rate]:
    """The rates of these programmes that have one."""
    return Rate.objects.in_bulk(list(programmes))


def payments_locked(registrations: Collection[str]) -> dict[Item, Held]:
    """Every payment of these registrations, locked, by registration and section."""
    rows = (
        Payment.objects.select_for_update(no_key=True)
        .filter(registration_id__in=registrations)
        .order_by("registration_id", "section_id")
        .values_list("registration_id", "section_id", "state", "amount")
    )
    return {
        (str(registration), section): Held(state=state, amount=amount)
        for registration, section, state, amount in rows
    }
